import { join } from "node:path";
import { onStopRequest } from "../process/stop-requests.ts";
import { runMaker } from "./run-maker.ts";
import type { Maker } from "./run-maker.ts";

const ROOT = join(import.meta.dirname, "..", "..", "..", "..");

/** Runs a generator on this repository as a command, and ends the process: a prompt may hold its input open. */
export async function runInTerminal(
  name: string,
  maker: Maker,
  usage: string,
  program: NodeJS.Process,
): Promise<void> {
  const { argv, env, stdin, stdout, stderr } = program;
  const stopping = new AbortController();
  onStopRequest(() => stopping.abort());
  const code = await runMaker(maker, {
    name,
    usage,
    root: ROOT,
    // npm goes to the root, and says where it came from.
    from: env["INIT_CWD"] ?? program.cwd(),
    args: argv.slice(2),
    env,
    terminal: {
      input: stdin,
      output: stdout,
      interactive: stdin.isTTY && stdout.isTTY,
      signal: stopping.signal,
    },
    say: (text) => void stdout.write(text),
    complain: (text) => void stderr.write(text),
  });
  program.exit(code);
}
