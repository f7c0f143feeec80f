import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A workspace as its package.json describes it. */
export interface Workspace {
  readonly name: string;
  /** Relative to the root: `packages/screen`. */
  readonly folder: string;
  readonly dependencies: readonly string[];
  readonly devDependencies: readonly string[];
}

/** The sources of the repository: paths from the root, and their text. */
export interface Tree {
  readonly workspaces: readonly Workspace[];
  readonly files: ReadonlyMap<string, string>;
}

/** Programs of no workspace, with packages of their own, that the benchmark installs and compares with. */
const PEERS = "bench/peers/**";

const SOURCES = "**/*.{ts,mts,cts,js,mjs,cjs,lua}";

/** Reads the repository at `root`. */
export function readTree(root: string): Tree {
  const folders = globSync(stringsAt(readJson(join(root, "package.json")), "workspaces"), {
    cwd: root,
  }).toSorted();
  const workspaces: Workspace[] = [];
  const files = new Map<string, string>();
  for (const folder of folders.concat("apps/reverse-proxy")) {
    const exclude = ["**/node_modules/**", "**/.*/**", PEERS];
    for (const path of globSync(SOURCES, { cwd: join(root, folder), exclude })) {
      files.set(`${folder}/${path}`, readFileSync(join(root, folder, path), "utf8"));
    }
    const manifest = globSync("package.json", { cwd: join(root, folder) })[0];
    if (manifest !== undefined) workspaces.push(toWorkspace(folder, readJson(join(root, folder, manifest))));
  }
  return { workspaces, files };
}

function toWorkspace(folder: string, manifest: ReadonlyMap<string, unknown>): Workspace {
  const name = manifest.get("name");
  if (typeof name !== "string") throw new TypeError(`${folder}/package.json has no name`);
  return {
    name,
    folder,
    dependencies: [...namesAt(manifest, "dependencies"), ...namesAt(manifest, "peerDependencies")],
    devDependencies: namesAt(manifest, "devDependencies"),
  };
}

function readJson(path: string): ReadonlyMap<string, unknown> {
  const value: unknown = JSON.parse(readFileSync(path, "utf8"));
  return new Map(Object.entries(value ?? {}));
}

function stringsAt(json: ReadonlyMap<string, unknown>, key: string): string[] {
  const value = json.get(key);
  return Array.isArray(value) ? value.filter((entry) => typeof entry === "string") : [];
}

function namesAt(json: ReadonlyMap<string, unknown>, key: string): string[] {
  return Object.keys(json.get(key) ?? {});
}
