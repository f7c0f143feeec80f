import { fieldsAt, isFields, listAt } from "../../repository/documents.ts";
import type { Resource } from "../kustomize/render.ts";

/** A mistake in an app's manifests, and what must be said of it. */
export interface Seed {
  readonly name: string;
  readonly app: string;
  readonly change: (resources: readonly Resource[]) => Resource[];
  readonly complaint: RegExp;
}

type Path = readonly (string | number)[];

export const POD: Path = ["spec", "template", "spec"];
export const CONTAINER: Path = [...POD, "containers", 0];

/** Puts a value at a path of the one resource of a kind; `undefined` takes it away. */
export function set(kind: string, path: Path, value: unknown): Seed["change"] {
  return (resources) =>
    resources.map((resource) =>
      resource["kind"] === kind ? fieldsAt(put(resource, path, value)) : resource,
    );
}

function put(base: unknown, [step, ...rest]: Path, value: unknown): unknown {
  if (step === undefined) return value;
  if (typeof step === "number") {
    const list: readonly unknown[] = Array.isArray(base) ? base : [];
    return list.toSpliced(step, 1, put(list[step], rest, value));
  }
  const { [step]: old, ...others } = isFields(base) ? base : {};
  const changed = put(old, rest, value);
  return changed === undefined ? others : { ...others, [step]: changed };
}

/** Where the network policy lets out to a peer of this kind: how many rules stand before it changes with every BFF. */
export function exitTo(resources: readonly Resource[], peer: "ipBlock"): Path {
  const policy = resources.find(({ kind }) => kind === "NetworkPolicy");
  const rule = listAt(policy, "spec", "egress").findIndex(
    (exit) => fieldsAt(listAt(exit, "to")[0])[peer] !== undefined,
  );
  return ["spec", "egress", rule, "to", 0, peer];
}

/** Changes the container's variables. */
export function env(change: (entries: readonly unknown[]) => unknown[]): Seed["change"] {
  return (resources) =>
    resources.map((resource) => {
      if (resource["kind"] !== "Deployment") return resource;
      const entries = listAt(resource, ...CONTAINER, "env");
      return fieldsAt(put(resource, [...CONTAINER, "env"], change(entries)));
    });
}

export function variable(name: string, rest: Readonly<Record<string, unknown>>): Seed["change"] {
  return env((entries) =>
    entries.map((entry) => (isFields(entry) && entry["name"] === name ? { name, ...rest } : entry)),
  );
}

export function seed(name: string, change: Seed["change"], complaint: RegExp, app = "web-bff"): Seed {
  return { name, app, change, complaint };
}
