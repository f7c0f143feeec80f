import { parseArgs } from "node:util";
import type { Readable, Writable } from "node:stream";

/** Why a command stops. `message` is for the terminal: it says what is wrong and what to do. */
export class CommandError extends Error {
  override readonly name: string = "CommandError";
  /** What the process exits with. */
  readonly exitCode: number = 1;
}

/** The command line is wrong: shown with a pointer to `--help`. */
export class UsageError extends CommandError {
  override readonly name: string = "UsageError";
  override readonly exitCode: number = 2;
}

/** What a command gets from the process that it runs in. */
export interface Terminal {
  /** The repository. */
  readonly root: string;
  /** The folder that relative paths in the arguments start from. */
  readonly from: string;
  readonly env: NodeJS.ProcessEnv;
  readonly input: Readable;
  readonly output: Writable;
  readonly errors: Writable;
  /** Whether a person is there to answer questions. */
  readonly interactive: boolean;
}

/** The terminal of this process. @param env `process.env` */
export function processTerminal(root: string, from: string, env: NodeJS.ProcessEnv): Terminal {
  return {
    root,
    from,
    env,
    input: process.stdin,
    output: process.stdout,
    errors: process.stderr,
    interactive: process.stdin.isTTY && process.stdout.isTTY,
  };
}

/** An option as node:util's `parseArgs` takes it, and what `--help` says about it. */
export interface Option {
  readonly type: "string" | "boolean";
  readonly multiple?: boolean;
  /** What a string option takes: `<ms>`. */
  readonly value?: string;
  readonly about: string;
}

type Options = Readonly<Record<string, Option>>;
interface Config<O extends Options> {
  readonly args: string[];
  readonly options: O;
  readonly allowPositionals: true;
}

/** The values of a command's options. What was not given is missing. */
export type Values<O extends Options> = ReturnType<typeof parseArgs<Config<O>>>["values"];

interface About<O extends Options> {
  /** What comes after `triptych`: `new:screen`. */
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** The arguments that are no options, for the usage line: `<app> <name>`. Default: none. */
  readonly takes?: string;
  /** How many such arguments there may be. Default: none. */
  readonly most?: number;
  readonly options: O;
  /** What else `--help` says. */
  readonly details?: string;
}

/** One command of `triptych`. */
export interface Command extends About<Options> {
  /** @returns the exit code. @throws CommandError */
  readonly run: (args: readonly string[], terminal: Terminal) => Promise<number>;
}

/**
 * A command whose arguments are read for it. Import what it runs inside of `run`: every other
 * command starts without it.
 *
 * @param about.run gets the options by name and the other arguments in their order
 */
export function command<const O extends Options>(
  about: About<O> & {
    readonly run: (
      values: Values<O>,
      positionals: readonly string[],
      terminal: Terminal,
    ) => number | Promise<number>;
  },
): Command {
  return {
    ...about,
    run: async (args, terminal) => {
      const { values, positionals } = readArguments(args, about.options, about.most);
      return about.run(values, positionals, terminal);
    },
  };
}

/** @throws UsageError for an unknown option, a missing value, or an argument too many */
export function readArguments<const O extends Options>(
  args: readonly string[],
  options: O,
  most = 0,
): { readonly values: Values<O>; readonly positionals: readonly string[] } {
  let read: ReturnType<typeof parseArgs<Config<O>>>;
  try {
    read = parseArgs<Config<O>>({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? (error.message.split(". ")[0] ?? "") : String(error));
  }
  const positionals: readonly string[] = read.positionals;
  const extra = positionals[most];
  if (extra !== undefined) throw new UsageError(`${JSON.stringify(extra)} is one argument too many`);
  return { values: read.values, positionals };
}

/** What `--help` prints for one command. */
function helpOf({ name, summary, takes = "", options, details = "" }: Command): string {
  const rows = Object.entries(options).map(([option, { value = "", about }]): [string, string] => [
    `--${option}${value === "" ? "" : ` ${value}`}`,
    about,
  ]);
  const usage = [
    ["start", "test"].includes(name) ? `npm ${name}` : `npm run ${name}`,
    ...(takes === "" && rows.length === 0 ? [] : ["--"]),
    ...(rows.length === 0 ? [] : ["[options]"]),
    ...(takes === "" ? [] : [takes]),
  ].join(" ");
  return [
    `${summary}.`,
    "",
    `Usage: ${usage}`,
    ...(rows.length === 0 ? [] : ["", "Options:", ...inColumns(rows)]),
    ...(details === "" ? [] : ["", details]),
    "",
  ].join("\n");
}

/** What `triptych --help` prints. */
function overview(commands: readonly Command[]): string {
  return [
    "Usage: npm run <command> -- [arguments]        or: npx triptych <command> [arguments]",
    "",
    "Commands:",
    ...inColumns(commands.map(({ name, summary }) => [name, summary])),
    "",
    "Each takes --help and --version.",
    "",
  ].join("\n");
}

function inColumns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}

/**
 * Runs the command that `args` begins with. What is wrong is said on `terminal.errors`.
 *
 * @returns the exit code: the command's, 1 where it failed, 2 where the command line is wrong
 */
export async function runCommandLine(
  commands: readonly Command[],
  version: string,
  args: readonly string[],
  terminal: Terminal,
): Promise<number> {
  const { output, errors } = terminal;
  const [name = "--help", ...rest] = args;
  // What comes after `--` is never ours.
  const ours = new Set(rest.includes("--") ? rest.slice(0, rest.indexOf("--")) : rest);
  const asked = (option: string): boolean => name === option || ours.has(option);
  const chosen = commands.find((candidate) => candidate.name === name);
  if (chosen === undefined && !["--help", "--version"].includes(name)) {
    const close = commands.filter((one) => name !== "" && one.name.startsWith(name.slice(0, 2)));
    const hint = close.length === 0 ? "" : ` (did you mean ${close.map((one) => one.name).join(" or ")}?)`;
    errors.write(`triptych: there is no command ${JSON.stringify(name)}${hint}: see npx triptych --help\n`);
    return 2;
  }
  if (asked("--version")) {
    output.write(`triptych ${version}\n`);
    return 0;
  }
  if (asked("--help") || chosen === undefined) {
    output.write(chosen === undefined ? overview(commands) : helpOf(chosen));
    return 0;
  }
  try {
    return await chosen.run(rest, terminal);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const hint = error instanceof UsageError ? ` (see npx triptych ${name} --help)` : "";
    errors.write(`${name}: ${error.message}${hint}\n`);
    return error.exitCode;
  }
}
