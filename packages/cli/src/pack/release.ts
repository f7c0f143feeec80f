import { globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CommandError, UsageError } from "../command-line.ts";

type Json = Record<string, unknown>;

const DEPENDENCIES = new Set(["dependencies", "devDependencies", "peerDependencies"]);

/**
 * Gives every published package the same version, wherever it is named: two versions of one of them
 * in an application do not know each other's classes. Why no tool: docs/decisions/0018.
 *
 * @returns the names of the packages
 * @throws UsageError for what is no version, CommandError where the changelog says nothing new
 */
export function release(root: string, version: string | undefined): readonly string[] {
  if (version === undefined || !/^\d+\.\d+\.\d+$/.test(version)) {
    throw new UsageError(`say the version, such as 1.1.0: got ${JSON.stringify(version) ?? "nothing"}`);
  }
  const changelog = join(root, "CHANGELOG.md");
  const changes = readFileSync(changelog, "utf8");
  if (!/^## Unreleased\n\s*(?!## )\S/m.test(changes)) {
    throw new CommandError("CHANGELOG.md has nothing under Unreleased: what is released?");
  }
  const places = "{.,packages/cli/fixtures/repository}/{apps,packages}/*/package.json";
  const files = globSync(["package.json", places, "test/package.json"], { cwd: root });
  const manifests = new Map(files.map((file) => [file, readJson(join(root, file))]));
  const published = [...manifests.values()]
    .filter(({ publishConfig }) => publishConfig !== undefined)
    .map(({ name }) => String(name));
  const update = (manifest: Json): Json => {
    const updated = Object.entries(manifest).map(([key, value]): [string, unknown] => {
      if (key === "version") return [key, published.includes(String(manifest["name"])) ? version : value];
      return [key, DEPENDENCIES.has(key) ? withVersion(value, published, version) : value];
    });
    return Object.fromEntries(updated);
  };
  for (const [file, manifest] of manifests) writeJson(join(root, file), update(manifest));

  const lockfile = join(root, "package-lock.json");
  const lock = readJson(lockfile);
  const packages = Object.entries<Json>(Object(lock["packages"])).map(([path, entry]): [string, Json] => [
    path,
    path.includes("node_modules/") ? entry : update(entry),
  ]);
  writeJson(lockfile, { ...lock, packages: Object.fromEntries(packages) });
  writeFileSync(changelog, changes.replace("## Unreleased\n", `## Unreleased\n\n## ${version}\n`));
  return published;
}

function withVersion(dependencies: unknown, published: readonly string[], version: string): Json {
  const entries = Object.entries<unknown>(Object(dependencies));
  return Object.fromEntries(entries.map(([name, now]) => [name, published.includes(name) ? version : now]));
}

function readJson(file: string): Json {
  return JSON.parse(readFileSync(file, "utf8"));
}

function writeJson(file: string, value: Json): void {
  writeFileSync(file, `${JSON.stringify(value, undefined, 2)}\n`);
}
