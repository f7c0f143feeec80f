import { parseArgs } from "node:util";

/** What `npm run bench` was asked for. */
export type Options = {
  /** The project beside the bare program only, in about a minute. */
  readonly quick: boolean;
  /**
   * The reports by name, or by the beginning of their name: `pages` is all `pages-…`. Empty: all.
   */
  readonly reports: readonly string[];
  /** Whether the numbers go into docs/performance.md. */
  readonly write: boolean;
  /** A commit beside which the project is measured. */
  readonly base: string | undefined;
};

/** The command, with its options. */
export const USAGE = "npm run bench -- [--quick [--base <git ref>] | --write] [<report> …]";

/**
 * Reads the command's arguments.
 * @param names of all reports
 * @throws TypeError for an unknown option or report, and for options that exclude each other
 */
export function readOptions(args: readonly string[], names: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      quick: { type: "boolean", default: false },
      write: { type: "boolean", default: false },
      base: { type: "string" },
    },
  });
  const { quick, write, base } = values;
  if (quick && write) throw new TypeError("--write expects a whole run, got --quick too: leave one out");
  if (base !== undefined && (!quick || positionals.length > 0)) {
    throw new TypeError("--base expects --quick and no report: it compares what pages cost here and there");
  }
  for (const asked of positionals) {
    if (!names.some((name) => isAsked(name, asked))) {
      throw new TypeError(`expected reports of ${names.join(", ")}, got '${asked}'`);
    }
  }
  return { quick, write, base, reports: quick && positionals.length === 0 ? ["pages"] : positionals };
}

/** Whether a report is meant by what was asked for. */
export function isAsked(name: string, asked: string): boolean {
  return name === asked || name.startsWith(`${asked}-`);
}
