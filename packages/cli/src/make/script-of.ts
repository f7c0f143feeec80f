import type { Changes } from "./changes.ts";
import { MakeError } from "./make-error.ts";

/**
 * The command line of a workspace's script.
 *
 * @param folder relative to the root
 * @throws MakeError where its package.json has none
 */
export function scriptOf(changes: Changes, folder: string, script: string): string {
  const manifest: unknown = JSON.parse(changes.read(`${folder}/package.json`));
  const scripts = Object(Object(manifest).scripts);
  const line: unknown = scripts[script];
  if (typeof line === "string") return line;
  throw new MakeError(`${folder}/package.json has no script "${script}"`);
}
