import manifest from "../../package.json" with { type: "json" };
import { processTerminal, runCommandLine } from "../command-line.ts";
import { COMMANDS } from "../commands.ts";

/**
 * Runs `triptych create` in this terminal, for `npm create triptych`.
 *
 * @param args what comes after the command's name
 * @param env the environment: `process.env`
 * @returns the exit code
 */
export async function runCreate(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const from = process.cwd();
  return runCommandLine(COMMANDS, manifest.version, ["create", ...args], processTerminal(from, from, env));
}
