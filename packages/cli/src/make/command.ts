import { spawn } from "node:child_process";
import { delimiter, join } from "node:path";
import { killGroup } from "../stack/stop-group.ts";
import { MakeError, Stopped } from "./make-error.ts";

/**
 * Runs a command line of the repository, such as a script of a package.json, with its own Node and tools. Waits until it has
 * ended, also where the signal ends it: it writes nothing afterwards.
 *
 * @param cwd relative to the root
 * @throws MakeError with its output where it fails, Stopped where the signal ended it
 */
export async function runCommand(
  root: string,
  cwd: string,
  line: string,
  options: { readonly env: NodeJS.ProcessEnv; readonly signal: AbortSignal },
): Promise<void> {
  const { env, signal } = options;
  if (signal.aborted) throw new Stopped();
  const child = spawn(line, {
    cwd: join(root, cwd),
    shell: true,
    stdio: ["ignore", "pipe", "pipe"],
    // The head of a group, so that what its shell has started ends with it.
    detached: true,
    env: { ...env, PATH: [join(root, "node_modules", ".bin"), env["PATH"]].join(delimiter) },
  });
  const { pid } = child;
  const end = (): void => (pid === undefined ? undefined : killGroup(pid));
  signal.addEventListener("abort", end);
  let output = "";
  for (const pipe of [child.stdout, child.stderr]) pipe.on("data", (chunk) => (output += String(chunk)));
  const code = await new Promise<number | string>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("close", (status, killedBy) => resolve(status ?? String(killedBy)));
  });
  signal.removeEventListener("abort", end);
  if (signal.aborted) throw new Stopped();
  if (code !== 0) throw new MakeError(`"${line}" in ${cwd} failed (${code}):\n${output.trim()}`);
}
