import { createHash } from "node:crypto";
import { describe } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { at } from "../repository/documents.ts";
import { ofApp, portOf } from "./testing/deployed-app.ts";
import { idOf, itFinds, itHolds } from "./testing/manifests.ts";
import type { DeployedApp } from "./testing/deployed-app.ts";

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
function findReferenceErrors(app: DeployedApp): string[] {
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

describe("the parts of an app's manifests find each other, and say whose they are", () => {
  const find = ofApp(findReferenceErrors);
  itHolds(find);
  itFinds(find, [
    [
      "a service of other pods",
      "Service spec selector",
      { "app.kubernetes.io/name": "web" },
      /Service selects/,
    ],
    ["an autoscaler of something else", "HorizontalPodAutoscaler spec scaleTargetRef name", "web", /scales/],
    ["a monitor of the public port", "ServiceMonitor spec endpoints 0 port", "http", /ServiceMonitor reads/],
    [
      "another team's label",
      "Deployment spec template metadata labels triptych.example/team",
      "mobile-team",
      /team is/,
    ],
    ["the latest image", "container image", "images.triptych.example/web-bff:latest", /version of its own/],
    [
      "another app's image",
      "container image",
      "images.triptych.example/mobile-bff:1.0.0",
      /version of its own/,
    ],
    [
      "a part in another namespace",
      "Service metadata namespace",
      "default",
      /Service\/web-bff is not in the namespace/,
    ],
    [
      "a service that the outside reaches",
      "Service spec type",
      "LoadBalancer",
      /Service is "LoadBalancer", not "ClusterIP"/,
    ],
    [
      "a public service that hides the client's address",
      "Service/reverse-proxy-public spec externalTrafficPolicy",
      "Cluster",
      /the public Service is/,
      "reverse-proxy",
    ],
    [
      "a changed file that the pods would not notice",
      "ConfigMap/reverse-proxy-configuration data haproxy.cfg",
      "global\n",
      /annotation is "[0-9a-f]{12}", not/,
      "reverse-proxy",
    ],
    [
      "a contract that is not published",
      "ConfigMap/partner-bff-contract",
      undefined,
      /ConfigMap\/partner-bff-contract does not hold contracts\/schema\.graphql/,
      "partner-bff",
    ],
    [
      "a part that is missing",
      "NetworkPolicy",
      undefined,
      /must consist of .*NetworkPolicy\/partner-bff/,
      "partner-bff",
    ],
  ]);
});
