import assert from "node:assert/strict";
import { join } from "node:path";
import { it } from "node:test";
import { at, fieldsAt, listAt, put } from "../../repository/documents.ts";
import type { Fields } from "../../repository/documents.ts";
import { ROOT } from "../../repository/tree.ts";
import { findNetworkErrors } from "../checks/network.ts";
import { findPodErrors } from "../checks/pod.ts";
import { findReferenceErrors } from "../checks/references.ts";
import { findSettingErrors } from "../checks/settings.ts";
import { expectationOf, toDeployedApp } from "../deployed-app.ts";
import type { Expectation } from "../deployed-app.ts";
import { idOf, render } from "../kustomize.ts";
import type { Resource } from "../kustomize.ts";
import { findSchemaErrors } from "../schemas.ts";

/** The manifests of an app in one environment, as they would be applied to a cluster. */
export function overlayOf(app: string, name = "production"): Resource[] {
  return render(join(ROOT, "apps", app, "deploy", "overlays", name));
}

/**
 * Everything that is wrong with an app's manifests. One line each. @throws Error where a part is
 * missing
 */
export function findErrors(expected: Expectation, resources: readonly Resource[]): string[] {
  const refused = resources.flatMap(findSchemaErrors);
  // What Kubernetes refuses or drops need not be looked at further.
  if (refused.length > 0) return refused;
  const app = toDeployedApp(expected, resources);
  return [findSettingErrors, findPodErrors, findNetworkErrors, findReferenceErrors].flatMap((find) =>
    find(app),
  );
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
 * takes the value away.
 */
export type Seed = readonly [
  name: string,
  place: string,
  value: Change | Fields | readonly unknown[] | string | number | boolean | undefined,
  says: RegExp,
  app?: string,
];

/** Declares a test for each seed. */
export function itFinds(seeds: readonly Seed[]): void {
  for (const [name, place, value, says, app = "web-bff"] of seeds) {
    it(`finds ${name}`, async () => {
      const sound = overlayOf(app);
      const broken = seeded(sound, app, place, value);
      assert.notDeepEqual(broken, sound, "the seed changes something");
      assert.match(findErrors(await expectationOf(app), broken).join("\n"), says);
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
  return resources.map((resource) => {
    if (idOf(resource) !== id) return resource;
    const changed = typeof value === "function" ? value(listAt(resource, ...path)) : value;
    return fieldsAt(put(resource, path, changed));
  });
}
