import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ServiceMonitor } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/ServiceMonitor";
import { Deployment } from "kubernetes-models/apps/v1/Deployment";
import { HorizontalPodAutoscaler } from "kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler";
import { NetworkPolicy } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicy";
import { PodDisruptionBudget } from "kubernetes-models/policy/v1/PodDisruptionBudget";
import { ConfigMap } from "kubernetes-models/v1/ConfigMap";
import { Service } from "kubernetes-models/v1/Service";
import { textAt } from "../repository/documents.ts";
import { idOf, OVERLAYS, itFinds, itHolds } from "./testing/manifests.ts";
import type { Find, Resource } from "./testing/manifests.ts";

/**
 * The kinds that we use, each of which checks itself against its schema. Other kinds are refused.
 */
const MODELS = {
  "apps/v1 Deployment": Deployment,
  "autoscaling/v2 HorizontalPodAutoscaler": HorizontalPodAutoscaler,
  "monitoring.coreos.com/v1 ServiceMonitor": ServiceMonitor,
  "networking.k8s.io/v1 NetworkPolicy": NetworkPolicy,
  "policy/v1 PodDisruptionBudget": PodDisruptionBudget,
  "v1 ConfigMap": ConfigMap,
  "v1 Service": Service,
};
const KNOWN = new Map<string, new (...args: never[]) => { validate(): void }>(Object.entries(MODELS));

/** What Kubernetes would refuse in a resource, or ignore. One line each. */
function findSchemaErrors(resource: Resource): string[] {
  const type = `${textAt(resource, "apiVersion")} ${textAt(resource, "kind")}`;
  const model = KNOWN.get(type);
  if (model === undefined) {
    return [`${idOf(resource)}: ${type} is no kind that is used here (${Object.keys(MODELS).join(", ")})`];
  }
  const complaints: string[] = [];
  const instance: { validate(): void } = Reflect.construct(model, [resource]);
  const unread = findUnread(instance, (watched) => {
    try {
      watched.validate();
    } catch (error) {
      complaints.push(error instanceof Error ? error.message : String(error));
    }
  });
  return [...complaints, ...unread.map((path) => `${path} is no field of ${type}`)].map(
    (complaint) => `${idOf(resource)}: ${complaint}`,
  );
}

/**
 * Finds the fields that a validator never looks at. Kubernetes ignores a field that it does not
 * know, and so do schemas made from its API: a misspelt `readinesProbe` would be no error and no
 * probe. A validator reads every field that its schema names, and every member of a map, so a field
 * it leaves unread is unknown.
 */
function findUnread<T extends object>(document: T, validate: (watched: T) => void): string[] {
  const watches: { readonly target: object; readonly path: string; readonly read: Set<string> }[] = [];
  const proxies = new Map<unknown, unknown>();
  function watch<V extends object>(value: V, path: string): V {
    const read = new Set<string>();
    watches.push({ target: value, path, read });
    return new Proxy(value, {
      get(target, key, receiver) {
        const found: unknown = Reflect.get(target, key, receiver);
        if (typeof key === "string") read.add(key);
        if (typeof found !== "object" || found === null || !Object.hasOwn(target, key)) return found;
        const proxy = proxies.get(found) ?? watch(found, `${path}/${String(key)}`);
        proxies.set(found, proxy);
        return proxy;
      },
    });
  }
  validate(watch(document, ""));
  return watches.flatMap(({ target, path, read }) =>
    Object.keys(target)
      .filter((key) => !read.has(key))
      .map((key) => `${path}/${key}`),
  );
}

describe("the manifests", () => {
  for (const [app, overlays] of OVERLAYS) {
    it(`of ${app} exist for staging and production`, () => {
      assert.deepEqual(overlays, ["production", "staging"]);
    });
  }
});

describe("Kubernetes refuses and ignores nothing of a manifest", () => {
  const find: Find = (_app, resources) => resources.flatMap(findSchemaErrors);
  itHolds(find);
  itFinds(find, [
    ["a misspelt field", "container readinesProbe", {}, /readinesProbe is no field/],
    [
      "a misspelt field deep inside",
      "container livenessProbe httpGet pth",
      "/",
      /livenessProbe\/httpGet\/pth is no field/,
    ],
    ["an unknown field of the monitor", "ServiceMonitor spec endpoint", [], /\/spec\/endpoint is no field/],
    ["an unknown field of the network policy", "NetworkPolicy spec ingress 0 form", [], /form is no field/],
    ["a number as text", "HorizontalPodAutoscaler spec minReplicas", "3", /minReplicas must be integer/],
    [
      "a word that is no choice",
      "Deployment spec strategy type",
      "Rolling",
      /strategy\/type must be equal to one of/,
    ],
    ["a missing field", "container name", undefined, /must have required property name/],
    ["a kind that is not used here", "Service kind", "Secret", /Secret is no kind/],
  ]);
});
