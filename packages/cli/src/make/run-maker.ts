import { Changes } from "./changes.ts";
import { runCommand } from "./command.ts";
import { MakeError, Stopped, UsageError } from "./make-error.ts";
import type { Terminal } from "./questions.ts";

/** What a generator works with. */
export interface Workshop {
  readonly changes: Changes;
  readonly terminal: Terminal;
  /** The folder that relative paths in the arguments start from. */
  readonly from: string;
  /** Runs a command line in a folder, relative to the root. @throws MakeError where it fails */
  readonly run: (cwd: string, line: string) => Promise<void>;
}

/** A generator: makes its changes and returns what to say when all is done. */
export type Maker = (args: readonly string[], workshop: Workshop) => Promise<string>;

/**
 * Runs a generator in this terminal. Whatever stops it, an error or the terminal's signal, what it had changed is taken back.
 *
 * @returns the exit code: 0, 1 where it failed, 2 where the arguments are wrong, 130 where it was stopped
 */
export async function runMaker(
  maker: Maker,
  options: {
    /** `new:screen` */
    readonly name: string;
    readonly usage: string;
    readonly root: string;
    readonly from: string;
    readonly args: readonly string[];
    readonly env: NodeJS.ProcessEnv;
    readonly terminal: Terminal;
    readonly say: (text: string) => void;
    readonly complain: (text: string) => void;
  },
): Promise<number> {
  const { name, usage, root, from, args, env, terminal, say, complain } = options;
  const { signal } = terminal;
  const changes = new Changes(root);
  const workshop: Workshop = {
    changes,
    terminal,
    from,
    run: async (cwd, line) => runCommand(root, cwd, line, { env, signal }),
  };
  try {
    const done = await maker(args, workshop);
    await formatChanges(workshop);
    // The last moment at which it can be stopped.
    if (signal.aborted) throw new Stopped();
    say(`${listOf(changes)}\n${done}\n`);
    return 0;
  } catch (error) {
    changes.undo();
    if (!(error instanceof MakeError)) throw error;
    const hint = error instanceof UsageError ? ` (usage: ${usage})` : "";
    complain(`${name}: ${error.message}${hint}\n`);
    if (error instanceof Stopped) return 130;
    return error instanceof UsageError ? 2 : 1;
  }
}

/** Names are of any length, so only now are the lines known. What oxfmt is told to leave alone, it leaves alone. */
async function formatChanges({ changes, run }: Workshop): Promise<void> {
  const files = [...changes.created, ...changes.edited].filter((path) =>
    /\.(?:ts|md|json|ya?ml)$/.test(path),
  );
  const formatted = files.filter((path) => !path.endsWith("package-lock.json"));
  if (formatted.length > 0) {
    await run(".", `oxfmt --no-error-on-unmatched-pattern ${formatted.map((path) => `'${path}'`).join(" ")}`);
  }
}

function listOf({ created, edited }: Changes): string {
  return [
    ...created.map((path) => `  made     ${path}`),
    ...edited.map((path) => `  changed  ${path}`),
    "",
  ].join("\n");
}
