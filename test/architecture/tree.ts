import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fieldsAt, textAt } from "../repository/documents.ts";
import { readRooms } from "../repository/tree.ts";

/** A workspace as its package.json describes it. */
export interface Workspace {
  readonly name: string;
  /** From the root: `packages/screen`. */
  readonly folder: string;
  readonly dependencies: readonly string[];
  readonly devDependencies: readonly string[];
}

/** The sources of the repository: paths from the root, and their text. */
export interface Tree {
  readonly workspaces: readonly Workspace[];
  readonly files: ReadonlyMap<string, string>;
}

const SOURCES = "**/*.{ts,mts,cts,js,mjs,cjs,lua}";

/**
 * `bench/peers` holds programs with packages of their own, which the benchmark installs and
 * compares with. The generators copy `fixtures/repository`, where no package is installed.
 */
const NOT_OURS = ["**/node_modules/**", "**/.*/**", "bench/peers/**", "fixtures/repository/**"];

/** The sources of the repository at `root`. */
export function readTree(root: string): Tree {
  const rooms = readRooms(root);
  const files = rooms.flatMap(({ folder }) =>
    globSync(SOURCES, { cwd: join(root, folder), exclude: NOT_OURS }).map((path): [string, string] => [
      `${folder}/${path}`,
      readFileSync(join(root, folder, path), "utf8"),
    ]),
  );
  const workspaces = rooms.flatMap(({ folder, manifest }) => {
    if (manifest === undefined) return [];
    const namesAt = (key: string): string[] => Object.keys(fieldsAt(manifest, key));
    return {
      name: textAt(manifest, "name"),
      folder,
      dependencies: [...namesAt("dependencies"), ...namesAt("peerDependencies")],
      devDependencies: namesAt("devDependencies"),
    };
  });
  return { workspaces, files: new Map(files) };
}
