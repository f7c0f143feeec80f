import { existsSync, globSync, readFileSync } from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import { findRoot } from "../bin/root.mjs";
import { CommandError, UsageError } from "./command-line.ts";

/** The repository that the process was started in, else the one with these sources. */
export const ROOT = findRoot(process.cwd(), join(import.meta.dirname, "..", "..", ".."));

/**
 * The file of a program of this package, absolute: a source, or JavaScript where it is installed.
 *
 * @param path below `src`, without its ending: `image/main`
 */
export function programFile(path: string): string {
  return join(import.meta.dirname, `${path}${extname(import.meta.filename)}`);
}

/** What a folder's package.json says; nothing where there is none. */
export function readManifest(folder: string): Readonly<Record<string, unknown>> {
  const file = join(folder, "package.json");
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
}

/** The command lines of a folder's package.json, by their names. */
export function scriptsOf(folder: string): ReadonlyMap<string, string> {
  return new Map(Object.entries<string>(Object(readManifest(folder)["scripts"])));
}

/** The file that a package's command runs. @throws CommandError where it is not installed */
export function binOf(root: string, packageName: string, bin: string): string {
  const folder = join(root, "node_modules", packageName);
  const path: unknown = Object(readManifest(folder)["bin"])[bin];
  if (typeof path === "string") return join(folder, path);
  throw new CommandError(`${packageName} is not installed: run npm install`);
}

/** The name of a repository, which is the scope of its own packages: `@name/web-bff`. */
export function nameOf(root: string): string {
  const { name } = readManifest(root);
  return typeof name === "string" ? name : "triptych";
}

/** A BFF of the repository, as its package.json describes it. There is no other list of them. */
export interface Bff {
  /** Its folder's name, its role's, and the `aud` of its identities: `web-bff`. */
  readonly name: BffName;
  /** `config.port`: where it listens by default; its admin port is 1000 above. */
  readonly port: number;
  /** `config.prefix`: the path that its clients' requests start with, `/web`. */
  readonly prefix: string;
}

/** The name of a BFF's folder. */
export type BffName = `${string}-bff`;

/** Every BFF below `apps`, by its port. @throws CommandError that says what one lacks */
export function bffsIn(root: string): readonly Bff[] {
  const bffs = globSync("apps/*-bff/package.json", { cwd: root }).map((path) => readBff(root, path));
  return bffs.toSorted((one, other) => one.port - other.port);
}

function readBff(root: string, path: string): Bff {
  const name = basename(dirname(path));
  const { config } = readManifest(join(root, dirname(path)));
  if (isBffName(name) && isPlace(config)) return { name, port: config.port, prefix: config.prefix };
  const { port, prefix } = Object(config);
  throw new CommandError(
    `${path} must say where the BFF is reached: "config": { "port": 8101, "prefix": "/web" }, but says ${JSON.stringify({ port, prefix })}`,
  );
}

function isBffName(name: string): name is BffName {
  return /^[a-z][a-z0-9-]*-bff$/.test(name);
}

/** Whether a BFF's `config` says where the BFF is reached. */
export function isPlace(config: unknown): config is Pick<Bff, "port" | "prefix"> {
  const { port, prefix } = Object(config);
  const isPort = Number.isInteger(port) && port >= 1 && port <= 65_535;
  return isPort && typeof prefix === "string" && /^\/[a-z][a-z0-9-]*$/.test(prefix);
}

/** The app that a person names: `web-bff`, or `web` for short. @throws UsageError */
export function appNamed(given: string, apps: readonly string[], what = "app"): string {
  const found = apps.find((app) => app === given) ?? apps.find((app) => app === `${given}-bff`);
  if (found !== undefined) return found;
  const known = apps.toSorted().join(", ");
  throw new UsageError(`there is no ${what} ${JSON.stringify(given)}: it is one of ${known}`);
}
