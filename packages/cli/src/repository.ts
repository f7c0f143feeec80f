import { existsSync, globSync, readFileSync } from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import { findRoot } from "../bin/root.mjs";
import { CommandError, UsageError } from "./command-line.ts";

/**
 * The root of the repository that the process was started in, else of the one with these sources.
 */
export const ROOT = findRoot(process.cwd(), join(import.meta.dirname, "..", "..", ".."));

/**
 * The file of a program of this package, absolute: a source, or JavaScript where it is installed.
 *
 * @param path below `src`, without its ending: `image/main`
 */
export function programFile(path: string): string {
  return join(import.meta.dirname, `${path}${extname(import.meta.filename)}`);
}

/**
 * The file that a package's command runs, where npm installed it or linked its sources.
 *
 * @throws CommandError where the repository does not have the package
 */
export function binOf(root: string, packageName: string, bin: string): string {
  const folder = join(root, "node_modules", packageName);
  try {
    const manifest: unknown = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    return join(folder, String(Object(Object(manifest).bin)[bin]));
  } catch (cause) {
    throw new CommandError(`${packageName} is not installed: run npm install`, { cause });
  }
}

/** The name of a repository, which is the scope of its own packages: `@name/web-bff`. */
export function nameOf(root: string): string {
  const file = join(root, "package.json");
  const manifest: unknown = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
  const { name } = Object(manifest);
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

/** A BFF's package.json does not say where the BFF is reached. */
class BffError extends Error {
  override readonly name = "BffError";
}

/**
 * Every BFF below `apps`, by its port.
 *
 * @throws BffError that names the file and what it should say
 */
export function bffsIn(root: string): readonly Bff[] {
  const bffs = globSync("apps/*-bff/package.json", { cwd: root }).map((path) => readBff(root, path));
  return bffs.toSorted((one, other) => one.port - other.port);
}

function readBff(root: string, path: string): Bff {
  const name = basename(dirname(path));
  const { port, prefix } = configOf(readFileSync(join(root, path), "utf8"));
  if (
    !isBffName(name) ||
    typeof port !== "number" ||
    !Number.isInteger(port) ||
    port < 1 ||
    port > 65_535 ||
    typeof prefix !== "string" ||
    !/^\/[a-z][a-z0-9-]*$/.test(prefix)
  ) {
    throw new BffError(
      `${path} must say where the BFF is reached: "config": { "port": 8101, "prefix": "/web" }, but says ${JSON.stringify({ port, prefix })}`,
    );
  }
  return { name, port, prefix };
}

function isBffName(name: string): name is BffName {
  return /^[a-z][a-z0-9-]*-bff$/.test(name);
}

function configOf(text: string): { readonly port?: unknown; readonly prefix?: unknown } {
  const manifest: unknown = JSON.parse(text);
  if (typeof manifest !== "object" || manifest === null || !("config" in manifest)) return {};
  const { config } = manifest;
  return typeof config === "object" && config !== null ? config : {};
}

/**
 * The app that a person names: `web-bff`, or `web` for short.
 *
 * @throws UsageError that names those that there are
 */
export function appNamed(given: string, apps: readonly string[], what = "app"): string {
  const found = apps.find((app) => app === given) ?? apps.find((app) => app === `${given}-bff`);
  if (found !== undefined) return found;
  const known = apps.toSorted().join(", ");
  throw new UsageError(`there is no ${what} ${JSON.stringify(given)}: it is one of ${known}`);
}
