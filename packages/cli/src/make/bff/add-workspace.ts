import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Changes } from "../changes.ts";
import { CommandError } from "../../command-line.ts";
import type { NewBff } from "./new-bff.ts";

type Json = Record<string, unknown>;

/**
 * Makes npm know the new workspace as `npm install` would, without asking a registry: everything that it depends on is in
 * the lockfile already. What is installed is changed alike, so that the next command need not install.
 */
export function addWorkspace({ app }: NewBff, changes: Changes): void {
  const folder = `apps/${app}`;
  const small = "apps/all-in-one";
  const ours = `@triptych/${app}`;
  changes.edit(`${small}/package.json`, (text) => {
    const manifest = parse(text);
    return print({
      ...manifest,
      dependencies: sorted({ ...objectIn(manifest, "dependencies"), [ours]: "0.0.0" }),
    });
  });
  const { name, version, license, dependencies, devDependencies } = parse(
    changes.read(`${folder}/package.json`),
  );
  const composition = parse(changes.read(`${small}/package.json`));
  const add = (text: string): string => {
    const lock = parse(text);
    const packages = objectIn(lock, "packages");
    return print({
      ...lock,
      packages: sorted({
        ...packages,
        [folder]: { name, version, license, dependencies, devDependencies },
        [`node_modules/${ours}`]: { resolved: folder, link: true },
        [small]: { ...objectIn(packages, small), dependencies: composition["dependencies"] },
      }),
    });
  };
  changes.edit("package-lock.json", add);
  // What npm keeps of its last installation, where there is one.
  if (!changes.has("node_modules/.package-lock.json")) return;
  changes.edit("node_modules/.package-lock.json", add);
  const [sibling] = readdirSync(join(changes.root, "node_modules", "@triptych"));
  if (sibling !== undefined) changes.link(`node_modules/${ours}`, join("..", "..", folder));
}

/** npm writes paths in the order of their code points without regard to case; the root, which is "", first. */
function sorted(entries: Json): Json {
  return Object.fromEntries(
    Object.entries(entries).toSorted(([one], [other]) => one.localeCompare(other, "en")),
  );
}

function objectIn(value: Json, key: string): Json {
  const found = value[key];
  if (isJson(found)) return found;
  throw new CommandError(
    `"${key}" is not where it was expected in the lockfile: run npm install, then try again`,
  );
}

function parse(text: string): Json {
  const value: unknown = JSON.parse(text);
  if (isJson(value)) return value;
  throw new CommandError("a package.json or lockfile is no object");
}

function print(value: Json): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
