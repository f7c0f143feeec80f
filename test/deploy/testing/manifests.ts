import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { globSync } from "node:fs";
import { basename, join } from "node:path";
import { it } from "node:test";
import { at, fieldsAt, listAt, parseDocuments, put, textAt } from "../../repository/documents.ts";
import type { Fields } from "../../repository/documents.ts";
import { readRooms, ROOT, shippedApps } from "../../repository/tree.ts";

/** A Kubernetes object. */
export type Resource = Fields;

/** `Deployment/web-bff` */
export function idOf(resource: Resource): string {
  return `${textAt(resource, "kind")}/${textAt(resource, "metadata", "name")}`;
}

/** Every app that is deployed, with its environments. */
export const OVERLAYS = new Map(
  shippedApps(readRooms(ROOT)).map(({ name: app }) => {
    const folders = globSync("*/", { cwd: join(ROOT, "apps", app, "deploy", "overlays") });
    return [app, folders.map((path) => basename(path)).toSorted()];
  }),
);

/** Why the manifests cannot be built here; undefined where they can. */
export const withoutKubectl = reasonToSkip();

function reasonToSkip(): string | undefined {
  try {
    execFileSync("kubectl", ["version", "--client"], { stdio: "ignore" });
    return undefined;
  } catch {
    return "kubectl is not installed, which builds the manifests (.ci/run installs it)";
  }
}

const built = new Map<string, Resource[]>();

/** The manifests of an app in one environment, as they would be applied to a cluster. */
export function overlayOf(app: string, name = "production"): Resource[] {
  const folder = join("apps", app, "deploy", "overlays", name);
  const found = built.get(folder);
  if (found !== undefined) return found;
  const text = execFileSync("kubectl", ["kustomize", folder], { cwd: ROOT, encoding: "utf8" });
  const resources = parseDocuments(text, folder).map((document) => fieldsAt(document));
  built.set(folder, resources);
  return resources;
}

/** What is wrong with an app's manifests, one line each. */
export type Find = (app: string, resources: readonly Resource[]) => string[] | Promise<string[]>;

/** Declares a test for each app in each environment: nothing is wrong. */
export function itHolds(find: Find): void {
  for (const [app, overlays] of OVERLAYS) {
    for (const overlay of overlays)
      it(`holds for ${app} in ${overlay}`, { skip: withoutKubectl }, async () => {
        assert.deepEqual(await find(app, overlayOf(app, overlay)), []);
      });
  }
}

type Change = (old: readonly unknown[]) => unknown;

/** Replaces the value of a variable in a list of variables. */
export function variable(name: string, rest: Fields): Change {
  return (entries) => entries.map((entry) => (at(entry, "name") === name ? { name, ...rest } : entry));
}

/**
 * A mistake in the manifests of an app, `web-bff` by default, and what must be said of it. `place`
 * is a kind, or a kind and a name, and the path to a value; `pod`, `container` and `env` are short
 * for longer ones. `value` is the wrong value, or makes it of the list that is there; `undefined`
 * takes the value away, or the whole object where `place` has no path.
 */
export type Seed = readonly [
  name: string,
  place: string,
  value: Change | Fields | readonly unknown[] | string | number | boolean | undefined,
  says: RegExp,
  app?: string,
];

/** Declares a test for each seed. */
export function itFinds(find: Find, seeds: readonly Seed[]): void {
  for (const [name, place, value, says, app = "web-bff"] of seeds) {
    it(`finds ${name}`, { skip: withoutKubectl }, async () => {
      const sound = overlayOf(app);
      const broken = seeded(sound, app, place, value);
      assert.notDeepEqual(broken, sound, "the seed changes something");
      // A part that is missing is an error of its own.
      const found = await Promise.try(find, app, broken).then((lines) => lines.join("\n"), String);
      assert.match(found, says);
    });
  }
}

function seeded(resources: readonly Resource[], app: string, place: string, value: Seed[2]): Resource[] {
  const [kind = "", ...path] = place
    .replace(/^env\b/, "container env")
    .replace(/^container\b/, "pod containers 0")
    .replace(/^pod\b/, "Deployment spec template spec")
    .split(" ")
    .map((step) => (/^\d+$/.test(step) ? Number(step) : step));
  const id = String(kind).includes("/") ? kind : `${kind}/${app}`;
  return resources.flatMap((resource) => {
    if (idOf(resource) !== id) return [resource];
    const wrong = typeof value === "function" ? value(listAt(resource, ...path)) : value;
    const changed = put(resource, path, wrong);
    return changed === undefined ? [] : [fieldsAt(changed)];
  });
}
