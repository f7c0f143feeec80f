import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { at } from "../../repository/documents.ts";
import { idOf } from "../kustomize.ts";
import { portOf } from "../deployed-app.ts";
import type { DeployedApp } from "../deployed-app.ts";

const NAME_LABEL = "app.kubernetes.io/name";
const TEAM_LABEL = "triptych.example/team";
const CONFIGURATION_ANNOTATION = "triptych.example/configuration";

/**
 * `name:1.2.3`, or a digest. Without a version, or with `latest`, it is another program tomorrow.
 */
const VERSIONED = /^[\w.-]+(?:\/[\w.-]+)+(?::(?!latest$)[\w.-]+|@sha256:[0-9a-f]{64})$/;

/**
 * Where an app's resources do not find each other, do not say whose they are, or are open to the
 * outside.
 */
export function findReferenceErrors(app: DeployedApp): string[] {
  const { deployment, container, resources, service } = app;
  const { autoscaler, disruptionBudget, policy, monitor } = app;
  const template = deployment.spec?.template.metadata;
  const selector = { [NAME_LABEL]: app.app };
  const servicePorts = app.servicePorts.map((name) => ({ name, port: portOf(app, name), targetPort: name }));
  const published = resources.find((resource) => at(resource, "metadata", "name") === `${app.app}-public`);
  const expected: readonly [place: string, found: unknown, wanted: unknown][] = [
    ["Deployment selects", deployment.spec?.selector, { matchLabels: selector }],
    ["PodDisruptionBudget selects", disruptionBudget.spec?.selector, { matchLabels: selector }],
    ["NetworkPolicy selects", policy.spec?.podSelector, { matchLabels: selector }],
    ["Service selects", service.spec?.selector, selector],
    ["ServiceMonitor selects", monitor.spec.selector, { matchLabels: selector }],
    ["Service is labelled", service.metadata?.labels?.[NAME_LABEL], app.app],
    ["the pods are labelled", template?.labels?.[NAME_LABEL], app.app],
    ["the pods' team is", template?.labels?.[TEAM_LABEL], app.team],
    ["the pods' annotation is", template?.annotations?.[CONFIGURATION_ANNOTATION], configurationHash(app)],
    [
      "HorizontalPodAutoscaler scales",
      autoscaler.spec?.scaleTargetRef,
      { apiVersion: "apps/v1", kind: "Deployment", name: app.app },
    ],
    ["ServiceMonitor reads", monitor.spec.endpoints, [{ port: "admin", path: "/metrics", interval: "15s" }]],
    // Only the cluster reaches this one: ClusterIP is the default.
    ["Service is", service.spec?.type ?? "ClusterIP", "ClusterIP"],
    ["Service has the ports", service.spec?.ports, servicePorts],
    [
      "the public Service is",
      at(published, "spec"),
      app.more.length === 0 ? undefined : publicService(selector),
    ],
  ];
  const complaints = expected
    .filter(([, found, wanted]) => !isDeepStrictEqual(found, wanted))
    .map(([place, found, wanted]) => `${place} ${JSON.stringify(found)}, not ${JSON.stringify(wanted)}`);
  const { image = "" } = container;
  if (!VERSIONED.test(image) || !/\/([\w.-]+)[:@]/.exec(image)?.[1]?.endsWith(app.image)) {
    complaints.push(`the image ${image} is not ${app.image} in a version of its own`);
  }
  return [...complaints, ...findContractErrors(app), ...findNamespaceErrors(app)];
}

/** The outside reaches it through a balancer that keeps the client's own address. */
function publicService(selector: object): object {
  return {
    type: "LoadBalancer",
    externalTrafficPolicy: "Local",
    selector,
    ports: [
      { name: "https", port: 443, targetPort: "https" },
      { name: "http", port: 80, targetPort: "http" },
    ],
  };
}

/**
 * The start of the hash of the file that the app reads once, at its start. A changed file changes
 * this annotation of its pods, so that Kubernetes replaces them. 12 digits tell two versions apart.
 */
function configurationHash({ app, resources, configuration }: DeployedApp): string | undefined {
  if (configuration === undefined) return undefined;
  const map = resources.find((resource) => at(resource, "metadata", "name") === `${app}-configuration`);
  const text = at(map, "data", configuration);
  return createHash("sha256").update(String(text)).digest("hex").slice(0, 12);
}

/** A new path must reach the gateway with the app that serves it. */
function findContractErrors({ app, contract, resources }: DeployedApp): string[] {
  if (contract === undefined) return [];
  const published = resources.find((resource) => at(resource, "metadata", "name") === `${app}-contract`);
  if (at(published, "data", contract.file) === contract.text) return [];
  return [
    `ConfigMap/${app}-contract does not hold contracts/${contract.file}: add ../../contracts to the base`,
  ];
}

function findNamespaceErrors({ resources, namespace }: DeployedApp): string[] {
  return resources
    .filter((resource) => at(resource, "metadata", "namespace") !== namespace)
    .map((resource) => `${idOf(resource)} is not in the namespace ${namespace}`);
}
