import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

/** Several watchers see the same change, ms. */
const PAUSE_MS = 300;
/** Enough to mend; the first ones often cause the others. */
const MAX_LINES = 20;

/**
 * Checks types beside a running system: after each change the project that it belongs to, one check
 * at a time.
 *
 * @param onResult gets the errors, a line each; none where the types are right
 * @returns to be called with each changed file, relative to the root
 */
export function checkTypes(
  root: string,
  onResult: (errors: readonly string[]) => void,
): (path: string) => void {
  const waiting = new Set<string>();
  let isRunning = false;

  function next(): void {
    const [project] = waiting;
    isRunning = project !== undefined;
    if (project === undefined) return;
    waiting.delete(project);
    const tsc = join(root, "node_modules", ".bin", "tsc");
    const args = ["--noEmit", "--singleThreaded", "--pretty", "false", "--project", join(root, project)];
    execFile(tsc, args, { cwd: root }, (_error, output) => {
      const errors = output.split("\n").filter((line) => line.includes(": error TS"));
      onResult(errors.slice(0, MAX_LINES));
      next();
    });
  }

  return (path) => {
    const [, app] = /^apps\/([^/]+)\//.exec(path) ?? [];
    const project = app === undefined ? "tsconfig.json" : `apps/${app}/tsconfig.check.json`;
    if (!/\.[cm]?tsx?$/.test(path) || !existsSync(join(root, project))) return;
    waiting.add(project);
    if (isRunning) return;
    isRunning = true;
    setTimeout(next, PAUSE_MS).unref();
  };
}
