import { isDeepStrictEqual } from "node:util";
import type { IVolume } from "kubernetes-models/v1/Volume";
import { environmentOf } from "../deployed-app.ts";
import type { DeployedApp } from "../deployed-app.ts";

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

/** Where a pod may do more than it needs to, or does not start, work or end as its program does. */
export function findPodErrors(app: DeployedApp): string[] {
  return [
    ...[...CONFINEMENT, ...LIFETIME].filter(([, holds]) => !holds(app)).map(([complaint]) => complaint),
    ...findProbeErrors(app),
    ...findGraceErrors(app),
    ...findScalingErrors(app),
  ];
}

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
