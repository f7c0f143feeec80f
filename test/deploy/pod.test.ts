import { describe } from "node:test";
import { itFinds, itHolds, variable } from "./testing/manifests.ts";
import { isDeepStrictEqual } from "node:util";
import type { IVolume } from "kubernetes-models/v1/Volume";
import { environmentOf, ofApp } from "./testing/deployed-app.ts";
import type { DeployedApp } from "./testing/deployed-app.ts";

type Rule = readonly [complaint: string, holds: (app: DeployedApp) => boolean];

/**
 * "restricted" of the Pod Security Standards and a read-only root: what a hijacked process could
 * use is absent.
 */
const CONFINEMENT: readonly Rule[] = [
  [
    "the container runs as root",
    ({ pod }) => pod.securityContext?.runAsNonRoot === true && Number(pod.securityContext.runAsUser) > 0,
  ],
  [
    "the container may use any system call",
    ({ pod }) => pod.securityContext?.seccompProfile?.type === "RuntimeDefault",
  ],
  ["the container has a token for the cluster", ({ pod }) => pod.automountServiceAccountToken === false],
  [
    "the container shares the node",
    ({ pod }) => [pod.hostNetwork, pod.hostPID, pod.hostIPC].every((shared) => shared === undefined),
  ],
  [
    "the container may write its files",
    ({ container }) => container.securityContext?.readOnlyRootFilesystem === true,
  ],
  [
    "the container may gain rights",
    ({ container }) => container.securityContext?.allowPrivilegeEscalation === false,
  ],
  [
    "the container keeps capabilities",
    ({ container }) => isDeepStrictEqual(container.securityContext?.capabilities, { drop: ["ALL"] }),
  ],
  [
    "the container overrides the user of its pod",
    ({ container: { securityContext } }) =>
      securityContext?.runAsUser === undefined && securityContext?.privileged === undefined,
  ],
  [
    "the container mounts something that it can write",
    (app) =>
      (app.container.volumeMounts ?? []).every(
        ({ readOnly, name }) => readOnly === true || isScratch(app, name),
      ),
  ],
  [
    "the container mounts something else than secrets and configuration",
    (app) =>
      (app.pod.volumes ?? []).every(
        ({ secret, configMap, projected, name }) =>
          [secret, configMap, projected].some((source) => source !== undefined) || isScratch(app, name),
      ),
  ],
];

/** A little memory, mounted where the app's variable for a scratch folder points. */
function isScratch(app: DeployedApp, name: string): boolean {
  if (app.scratch === undefined) return false;
  const volume: IVolume | undefined = app.pod.volumes?.find((candidate) => candidate.name === name);
  const mount = app.container.volumeMounts?.find((candidate) => candidate.name === name);
  return (
    mount?.mountPath === environmentOf(app).get(app.scratch) &&
    volume?.emptyDir?.medium === "Memory" &&
    volume.emptyDir.sizeLimit !== undefined
  );
}

const LIFETIME: readonly Rule[] = [
  [
    "a new version must not take capacity away: rollingUpdate.maxUnavailable is 0",
    ({ deployment }) => deployment.spec?.strategy?.rollingUpdate?.maxUnavailable === 0,
  ],
  [
    "replicas resets what the autoscaler chose: leave it out",
    ({ deployment }) => deployment.spec?.replicas === undefined,
  ],
  ["the autoscaler has no metric", ({ autoscaler }) => (autoscaler.spec?.metrics ?? []).length > 0],
  [
    "resources.requests.cpu is missing",
    ({ container }) => container.resources?.requests?.["cpu"] !== undefined,
  ],
  [
    "resources.requests.memory is missing",
    ({ container }) => container.resources?.requests?.["memory"] !== undefined,
  ],
  [
    "resources.limits.memory is missing",
    ({ container }) => container.resources?.limits?.["memory"] !== undefined,
  ],
];

const broken = (rules: readonly Rule[], app: DeployedApp): string[] =>
  rules.filter(([, holds]) => !holds(app)).map(([complaint]) => complaint);

function findProbeErrors({ container }: DeployedApp): string[] {
  const probes = { startupProbe: "/healthz", livenessProbe: "/healthz", readinessProbe: "/readyz" };
  return (["startupProbe", "livenessProbe", "readinessProbe"] as const).flatMap((name) => {
    const { path, port } = container[name]?.httpGet ?? { path: undefined, port: undefined };
    return path === probes[name] && port === "admin"
      ? []
      : [`${name} must get ${probes[name]} of the port admin, not ${path} of ${port}`];
  });
}

/**
 * Seconds between the announcement that a pod ends and its stop signal. Every proxy hears of it
 * within a few seconds; a process that stops listening earlier refuses connections that are still
 * sent to it.
 */
const LEAST_PRE_STOP_S = 5;

function findGraceErrors(app: DeployedApp): string[] {
  const { pod, container } = app;
  // The program listens for this long after its signal, before its shutdown begins.
  const drainDelayMs = Number(environmentOf(app).get("DRAIN_DELAY_MS") ?? 0) || 0;
  const shutdownMs = drainDelayMs + app.shutdownMs;
  const preStop = container.lifecycle?.preStop?.sleep?.seconds ?? 0;
  if (preStop < LEAST_PRE_STOP_S) {
    return [`preStop must sleep ${LEAST_PRE_STOP_S} s or more, so that no connection comes after the signal`];
  }
  const grace = pod.terminationGracePeriodSeconds;
  if (grace !== undefined && grace * 1_000 >= preStop * 1_000 + shutdownMs) return [];
  const needed = Math.ceil(preStop + shutdownMs / 1_000);
  return [
    `terminationGracePeriodSeconds must be ${needed} or more (preStop ${preStop} s, then ${shutdownMs} ms), not ${grace}`,
  ];
}

function findScalingErrors({ autoscaler, disruptionBudget }: DeployedApp): string[] {
  const { minReplicas: least = 1, maxReplicas: most } = autoscaler.spec ?? { maxReplicas: 1 };
  if (least < 2 || most <= least) {
    return [`the autoscaler must keep 2 pods or more and have room to grow, not ${least} to ${most}`];
  }
  const lost = disruptionBudget.spec?.maxUnavailable;
  // "None may go" would stop a node from being emptied; "all may go" would stop the service.
  return typeof lost === "number" && lost >= 1 && lost < least
    ? []
    : [`the disruption budget's maxUnavailable must be from 1 to ${least - 1}, not ${lost}`];
}

describe("a pod may do what it needs to, and no more", () => {
  const find = ofApp((app) => broken(CONFINEMENT, app));
  itHolds(find);
  itFinds(find, [
    ["root", "pod securityContext runAsUser", 0, /runs as root/],
    ["a root that the container asks for", "container securityContext runAsUser", 0, /overrides the user/],
    ["any system call", "pod securityContext seccompProfile", undefined, /system call/],
    ["a token for the cluster", "pod automountServiceAccountToken", undefined, /token/],
    ["the node's network", "pod hostNetwork", true, /shares the node/],
    [
      "a root folder that can be written",
      "container securityContext readOnlyRootFilesystem",
      false,
      /write its files/,
    ],
    ["rights to be gained", "container securityContext allowPrivilegeEscalation", undefined, /gain rights/],
    ["a capability", "container securityContext capabilities add", ["NET_RAW"], /keeps capabilities/],
    [
      "a folder of the node",
      "pod volumes",
      [{ name: "a", hostPath: { path: "/" } }],
      /something else than secrets/,
    ],
    [
      "a folder on the node's disk to write to",
      "pod volumes 2 emptyDir",
      {},
      /something that it can write/,
      "reverse-proxy",
    ],
  ]);
});

describe("a pod starts, works and ends as its program does", () => {
  const find = ofApp((app) => [
    ...broken(LIFETIME, app),
    ...findProbeErrors(app),
    ...findGraceErrors(app),
    ...findScalingErrors(app),
  ]);
  itHolds(find);
  itFinds(find, [
    [
      "a probe of the public port",
      "container readinessProbe httpGet port",
      "http",
      /readinessProbe must get/,
    ],
    [
      "a liveness probe that asks for readiness",
      "container livenessProbe httpGet path",
      "/readyz",
      /livenessProbe must get/,
    ],
    ["a grace that cuts the drain", "pod terminationGracePeriodSeconds", 14, /must be 15 or more/],
    [
      "a drain that begins too late for the grace",
      "env",
      variable("DRAIN_DELAY_MS", { value: "9000" }),
      /must be 24 or more/,
    ],
    [
      "a proxy that is killed while requests end",
      "pod terminationGracePeriodSeconds",
      20,
      /terminationGracePeriodSeconds must be 25/,
      "reverse-proxy",
    ],
    [
      "the default grace, which is not written",
      "pod terminationGracePeriodSeconds",
      undefined,
      /must be 15 or more/,
    ],
    ["no pause before the signal", "container lifecycle", undefined, /preStop must sleep/],
    ["a fixed number of pods", "Deployment spec replicas", 3, /replicas resets/],
    [
      "a rollout that takes capacity away",
      "Deployment spec strategy rollingUpdate maxUnavailable",
      1,
      /take capacity away/,
    ],
    ["no limit of the memory", "container resources limits", undefined, /limits\.memory is missing/],
    ["a single pod", "HorizontalPodAutoscaler spec minReplicas", 1, /2 pods or more/],
    [
      "an autoscaler that measures nothing",
      "HorizontalPodAutoscaler spec metrics",
      undefined,
      /has no metric/,
    ],
    ["a budget that lets all pods go", "PodDisruptionBudget spec maxUnavailable", 3, /from 1 to 2/],
    ["a budget that lets no pod go", "PodDisruptionBudget spec maxUnavailable", 0, /from 1 to 2/],
  ]);
});
