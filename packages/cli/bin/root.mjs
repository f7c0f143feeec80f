// Plain JavaScript without dependencies, as launch.mjs imports it before anything is installed.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

/**
 * The repository that a command is for: the nearest folder at or above `from` with workspaces and
 * this command, as a package or as sources. `otherwise` where there is none.
 */
export function findRoot(from, otherwise) {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    if (isRoot(folder)) return folder;
    if (folder === dirname(folder)) return otherwise;
  }
}

function isRoot(folder) {
  try {
    const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    if (manifest.workspaces === undefined) return false;
    const uses = { ...manifest.dependencies, ...manifest.devDependencies };
    return "@triptych/cli" in uses || existsSync(join(folder, "packages/cli/bin/launch.mjs"));
  } catch {
    return false;
  }
}
