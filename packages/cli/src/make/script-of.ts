import type { Changes } from "./changes.ts";
import { CommandError } from "../command-line.ts";

/**
 * The command line of a workspace's script.
 *
 * @param folder relative to the root
 * @throws CommandError where its package.json has none
 */
export function scriptOf(changes: Changes, folder: string, script: string): string {
  const manifest: unknown = JSON.parse(changes.read(`${folder}/package.json`));
  const scripts = Object(Object(manifest).scripts);
  const line: unknown = scripts[script];
  if (typeof line === "string") return line;
  throw new CommandError(`${folder}/package.json has no script "${script}"`);
}
