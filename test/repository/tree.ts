import { execFileSync } from "node:child_process";
import { cpSync, existsSync, globSync, mkdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { fieldsAt, isFields, listAt, readJson, textAt } from "./documents.ts";
import type { Fields } from "./documents.ts";

/** The repository's root. */
export const ROOT = join(import.meta.dirname, "..", "..");

/**
 * A folder of the repository that has a purpose and an owner of its own: an app, a package, `test`.
 */
export interface Room {
  /** From the root: `apps/web-bff`. */
  readonly folder: string;
  /** The folder's last part, which names an app's pipeline, image and deployment: `gateway`. */
  readonly name: string;
  /** The end of its package's name, which turbo and the catalogue know it by: `gateway-app`. */
  readonly component: string;
  /** Its package.json. Undefined for an app that is only configuration. */
  readonly manifest: Fields | undefined;
}

/**
 * The rooms below `root`: every npm workspace, and the apps that are only configuration. Sorted by
 * folder.
 */
export function readRooms(root: string): readonly Room[] {
  const workspaces = listAt(readJson(join(root, "package.json")), "workspaces").map(String);
  const folders = [
    ...globSync("apps/*/", { cwd: root }),
    ...globSync(
      workspaces.map((glob) => `${glob}/package.json`),
      { cwd: root },
    ).map((path) => dirname(path)),
  ];
  return [...new Set(folders.map((folder) => folder.replace(/\/$/, "")))].toSorted().map((folder) => {
    const path = join(root, folder, "package.json");
    const manifest = existsSync(path) ? fieldsAt(readJson(path)) : undefined;
    const component = manifest === undefined ? folder : textAt(manifest, "name");
    return { folder, name: basename(folder), component: basename(component), manifest };
  });
}

/** The names of our own packages that a room's package.json asks for, without their scope. */
export function ownPackages({ manifest }: Room, ...kinds: ("dependencies" | "devDependencies")[]): string[] {
  return kinds
    .flatMap((kind) => Object.keys(fieldsAt(manifest, kind)))
    .filter((name) => name.startsWith("@triptych/"))
    .map((name) => basename(name));
}

/** Apps that a team ships: all but those that only put other apps together into one process. */
export function shippedApps(rooms: readonly Room[]): readonly Room[] {
  const apps = rooms.filter(({ folder }) => folder.startsWith("apps/"));
  return apps.filter((app) => !ownPackages(app, "dependencies").some((name) => name.endsWith("-bff")));
}

/**
 * The variables that an app reads from its environment, by name: `bff.settings` of a BFF's
 * `src/app.ts`, else `SETTINGS` of `src/settings.ts` or
 * `src/index.ts`. Undefined for an app without code.
 *
 * @throws TypeError when neither file exports such an object
 */
export async function readSettingsOf(root: string, folder: string): Promise<Fields | undefined> {
  for (const file of ["app.ts", "settings.ts", "index.ts"]) {
    const path = join(root, folder, "src", file);
    if (!existsSync(path)) continue;
    const module: unknown = await import(pathToFileURL(path).href);
    if (!isFields(module)) continue;
    const settings = isFields(module["bff"]) ? module["bff"]["settings"] : module["SETTINGS"];
    if (isFields(settings)) return settings;
  }
  if (!existsSync(join(root, folder, "src"))) return undefined;
  throw new TypeError(`expected ${folder}/src to export its settings, with a member per variable`);
}

/** What git tracks, or would track after `git add .`: paths from the root. */
export function repositoryFiles(root: string): string[] {
  const list = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  // The index still lists files that were deleted.
  return list.split("\0").filter((path) => path !== "" && existsSync(join(root, path)));
}

/** Copies files of one tree into another. */
export function copyFiles(from: string, to: string, paths: readonly string[]): void {
  for (const path of paths) {
    mkdirSync(dirname(join(to, path)), { recursive: true });
    cpSync(join(from, path), join(to, path), { verbatimSymlinks: true });
  }
}
