import { at, fieldsAt, isFields, listAt, textAt } from "../../repository/documents.ts";
import type { Fields } from "../../repository/documents.ts";
import { idOf } from "../kustomize/render.ts";
import type { Resource } from "../kustomize/render.ts";
import type { Surroundings } from "./surroundings.ts";

/** One app in one environment, as it would be applied to a cluster. */
export interface DeployedApp {
  readonly app: string;
  /** What it reads from its environment: a member per variable. */
  readonly settings: Fields;
  /** Those of them that may be missing. */
  readonly optional: readonly string[];
  readonly surroundings: Surroundings;
  readonly resources: readonly Resource[];
  readonly pod: Fields;
  readonly podLabels: Fields;
  readonly container: Fields;
}

/** What each app consists of, besides the contract that it publishes: no more, no less. */
const KINDS = [
  "Deployment",
  "HorizontalPodAutoscaler",
  "NetworkPolicy",
  "PodDisruptionBudget",
  "Service",
  "ServiceMonitor",
];

/** @throws Error where a part is missing or doubled, is named other than the app, or has a second container */
export function toDeployedApp(
  described: Pick<DeployedApp, "app" | "settings" | "optional" | "surroundings">,
  resources: readonly Resource[],
): DeployedApp {
  const { app, surroundings } = described;
  const own = resources
    .filter((resource) => resource["kind"] !== "ConfigMap")
    .map(idOf)
    .toSorted();
  const expected = [...KINDS.map((kind) => `${kind}/${app}`), ...surroundings.more].toSorted();
  if (own.join() !== expected.join()) {
    throw new Error(`${app} must consist of ${expected.join(", ")}, but has ${own.join(", ")}`);
  }
  const template = at(resourceOf(resources, "Deployment"), "spec", "template");
  const pod = fieldsAt(template, "spec");
  const [container, ...others] = listAt(pod, "containers");
  if (!isFields(container) || others.length > 0 || container["name"] !== app) {
    throw new Error(`Deployment/${app} must have one container, named ${app}`);
  }
  return { ...described, resources, pod, podLabels: fieldsAt(template, "metadata", "labels"), container };
}

/** The resource of a kind. */
export function resourceOf(resources: readonly Resource[], kind: string): Resource {
  const found = resources.find((resource) => resource["kind"] === kind);
  if (found === undefined) throw new Error(`there is no ${kind}`);
  return found;
}

/** A container's port number, by its name. */
export function portOf({ container }: DeployedApp, name: string): unknown {
  return at(
    listAt(container, "ports").find((port) => at(port, "name") === name),
    "containerPort",
  );
}

/** An environment variable's entry, by its name. */
export function variableOf({ container }: DeployedApp, name: string): unknown {
  return listAt(container, "env").find((entry) => at(entry, "name") === name);
}

/** The names of a container's environment variables. */
export function variableNames({ container }: DeployedApp): string[] {
  return listAt(container, "env").map((entry) => textAt(entry, "name"));
}
