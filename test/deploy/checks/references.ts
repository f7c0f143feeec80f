import { isDeepStrictEqual } from "node:util";
import { at, fieldsAt, listAt } from "../../repository/documents.ts";
import type { Fields } from "../../repository/documents.ts";
import { idOf } from "../kustomize/render.ts";
import { portOf, resourceOf } from "./deployed-app.ts";
import type { DeployedApp } from "./deployed-app.ts";

const NAME_LABEL = "app.kubernetes.io/name";
const TEAM_LABEL = "triptych.example/team";

/** `name:1.2.3` or by digest: a name alone, or `latest`, is another program tomorrow. */
const VERSIONED = /^[\w.-]+(?:\/[\w.-]+)+(?::(?!latest$)[\w.-]+|@sha256:[0-9a-f]{64})$/;

/** Where the resources do not find each other, or do not say whose they are. `team` is the catalogue's. */
export function findReferenceErrors(deployed: DeployedApp, team: string | undefined): string[] {
  const { app, resources, container, podLabels, surroundings } = deployed;
  const selector = { [NAME_LABEL]: app };
  const of = (kind: string, ...path: string[]): unknown => at(resourceOf(resources, kind), "spec", ...path);
  const expected: readonly [place: string, found: unknown, wanted: unknown][] = [
    ["Deployment selects", of("Deployment", "selector"), { matchLabels: selector }],
    ["PodDisruptionBudget selects", of("PodDisruptionBudget", "selector"), { matchLabels: selector }],
    ["NetworkPolicy selects", of("NetworkPolicy", "podSelector"), { matchLabels: selector }],
    ["Service selects", of("Service", "selector"), selector],
    ["ServiceMonitor selects", of("ServiceMonitor", "selector"), { matchLabels: selector }],
    ["Service is labelled", at(resourceOf(resources, "Service"), "metadata", "labels", NAME_LABEL), app],
    ["the pods are labelled", podLabels[NAME_LABEL], app],
    ["the pods' team is", podLabels[TEAM_LABEL], team],
    [
      "HorizontalPodAutoscaler scales",
      of("HorizontalPodAutoscaler", "scaleTargetRef"),
      { apiVersion: "apps/v1", kind: "Deployment", name: app },
    ],
    [
      "ServiceMonitor reads",
      of("ServiceMonitor", "endpoints"),
      [{ port: "admin", path: "/metrics", interval: "15s" }],
    ],
  ];
  const complaints = expected
    .filter(([, found, wanted]) => !isDeepStrictEqual(found, wanted))
    .map(([place, found, wanted]) => `${place} ${JSON.stringify(found)}, not ${JSON.stringify(wanted)}`);
  const image = String(container["image"]);
  if (!VERSIONED.test(image) || !/\/([\w.-]+)[:@]/.exec(image)?.[1]?.endsWith(surroundings.image)) {
    complaints.push(`the image ${image} is not ${surroundings.image} in a version of its own`);
  }
  return [...complaints, ...findPortErrors(deployed), ...findNamespaceErrors(deployed)];
}

function findPortErrors(deployed: DeployedApp): string[] {
  const ports = listAt(resourceOf(deployed.resources, "Service"), "spec", "ports").map((port): Fields =>
    fieldsAt(port),
  );
  const expected = deployed.surroundings.servicePorts.map((name) => ({
    name,
    port: portOf(deployed, name),
    targetPort: name,
  }));
  return isDeepStrictEqual(ports, expected)
    ? []
    : [`Service has the ports ${JSON.stringify(ports)}, not ${JSON.stringify(expected)}`];
}

function findNamespaceErrors({ resources, surroundings: { namespace } }: DeployedApp): string[] {
  return resources
    .filter((resource) => at(resource, "metadata", "namespace") !== namespace)
    .map((resource) => `${idOf(resource)} is not in the namespace ${namespace}`);
}
