import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/**
 * Runs iproute2's `ip` and returns what it says.
 *
 * @throws Error with its complaint
 */
export async function ip(...args: readonly string[]): Promise<string> {
  const { stdout } = await run("ip", [...args]);
  return stdout;
}
