import type { Terminal } from "../command-line.ts";
import { runLine, Stopped } from "../processes.ts";
import { Changes } from "./changes.ts";

/** What a generator works with. */
export interface Workshop {
  readonly changes: Changes;
  readonly terminal: Terminal;
  /** Aborted when the generator is to stop. */
  readonly signal: AbortSignal;
  /** Runs a command line in a folder and returns what it printed. @throws CommandError */
  readonly run: (cwd: string, line: string) => Promise<string>;
}

/** A generator: makes its changes and returns what to say when all is done. */
export type Maker = (workshop: Workshop) => Promise<string>;

/**
 * Runs a generator. If an error or the signal stops it, its changes are taken back.
 *
 * @returns 0. @throws CommandError that says why it stopped
 */
export async function runMaker(maker: Maker, terminal: Terminal, signal: AbortSignal): Promise<number> {
  const { root, env, output } = terminal;
  const changes = new Changes(root);
  const run: Workshop["run"] = async (cwd, line) => runLine(root, cwd, line, { env, signal });
  try {
    const done = await maker({ changes, terminal, signal, run });
    await formatChanges(changes, run);
    // The last moment at which it can be stopped.
    if (signal.aborted) throw new Stopped("stopped");
    output.write(`${listOf(changes)}\n${done}\n`);
    return 0;
  } catch (error) {
    changes.undo();
    throw error instanceof Stopped ? new Stopped("stopped: nothing was made") : error;
  }
}

/** Names are of any length, so only now are the lines known. */
async function formatChanges(changes: Changes, run: Workshop["run"]): Promise<void> {
  const files = [...changes.created, ...changes.edited].filter(
    (path) => /\.(?:ts|md|json|ya?ml)$/.test(path) && !path.endsWith("package-lock.json"),
  );
  if (files.length === 0) return;
  await run(".", `oxfmt --no-error-on-unmatched-pattern ${files.map((path) => `'${path}'`).join(" ")}`);
}

function listOf({ created, edited }: Changes): string {
  return [
    ...created.map((path) => `  made     ${path}`),
    ...edited.map((path) => `  changed  ${path}`),
    "",
  ].join("\n");
}
