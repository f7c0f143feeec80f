import { at, listAt } from "../../repository/documents.ts";
import { resourceOf } from "./deployed-app.ts";
import type { DeployedApp } from "./deployed-app.ts";

/**
 * Seconds between a pod's end being announced and its signal. Endpoints reach every proxy within a few seconds; a process
 * that stops listening earlier refuses connections that are still sent to it.
 */
const LEAST_PRE_STOP_S = 5;

/** Where a pod starts, works, or ends otherwise than the program does. */
export function findLifetimeErrors({ pod, container, resources, surroundings }: DeployedApp): string[] {
  const complaints: string[] = [];
  const shutdownMs = drainDelayMs(container) + surroundings.shutdownMs;
  const probes = [
    ["startupProbe", "/healthz"],
    ["livenessProbe", "/healthz"],
    ["readinessProbe", "/readyz"],
  ] as const;
  for (const [name, path] of probes) {
    const { path: asked, port } = {
      path: at(container, name, "httpGet", "path"),
      port: at(container, name, "httpGet", "port"),
    };
    if (asked !== path || port !== "admin")
      complaints.push(`${name} must get ${path} of the port admin, not ${String(asked)} of ${String(port)}`);
  }
  const preStop = at(container, "lifecycle", "preStop", "sleep", "seconds");
  const grace = at(pod, "terminationGracePeriodSeconds");
  if (typeof preStop !== "number" || preStop < LEAST_PRE_STOP_S) {
    complaints.push(
      `preStop must sleep ${LEAST_PRE_STOP_S} s or more, so that no connection comes after the signal`,
    );
  } else if (typeof grace !== "number" || grace * 1_000 < preStop * 1_000 + shutdownMs) {
    const needed = Math.ceil(preStop + shutdownMs / 1_000);
    complaints.push(
      `terminationGracePeriodSeconds must be ${needed} or more (preStop ${preStop} s, then ${shutdownMs} ms), not ${String(grace)}`,
    );
  }
  const strategy = at(
    resourceOf(resources, "Deployment"),
    "spec",
    "strategy",
    "rollingUpdate",
    "maxUnavailable",
  );
  if (strategy !== 0)
    complaints.push("a new version must not take capacity away: rollingUpdate.maxUnavailable is 0");
  if (at(resourceOf(resources, "Deployment"), "spec", "replicas") !== undefined) {
    complaints.push("replicas resets what the autoscaler chose: leave it out");
  }
  for (const needed of [
    ["requests", "cpu"],
    ["requests", "memory"],
    ["limits", "memory"],
  ] as const) {
    if (at(container, "resources", ...needed) === undefined)
      complaints.push(`resources.${needed.join(".")} is missing`);
  }
  return [...complaints, ...findDisruptionErrors(resources)];
}

function findDisruptionErrors(resources: DeployedApp["resources"]): string[] {
  const least = at(resourceOf(resources, "HorizontalPodAutoscaler"), "spec", "minReplicas");
  const most = at(resourceOf(resources, "HorizontalPodAutoscaler"), "spec", "maxReplicas");
  if (typeof least !== "number" || typeof most !== "number" || least < 2 || most <= least) {
    return [
      `the autoscaler must keep 2 pods or more and have room to grow, not ${String(least)} to ${String(most)}`,
    ];
  }
  const metrics = listAt(resourceOf(resources, "HorizontalPodAutoscaler"), "spec", "metrics");
  const lost = at(resourceOf(resources, "PodDisruptionBudget"), "spec", "maxUnavailable");
  const complaints = metrics.length === 0 ? ["the autoscaler has no metric"] : [];
  // Neither "none may go", which blocks the emptying of a node, nor "all may".
  if (typeof lost !== "number" || lost < 1 || lost >= least) {
    complaints.push(
      `the disruption budget's maxUnavailable must be from 1 to ${least - 1}, not ${String(lost)}`,
    );
  }
  return complaints;
}

/** How long the program goes on listening after its signal, besides the shutdown. */
function drainDelayMs(container: unknown): number {
  const variable = listAt(container, "env").find((entry) => at(entry, "name") === "DRAIN_DELAY_MS");
  const ms = Number(at(variable, "value") ?? 0);
  return Number.isNaN(ms) ? 0 : ms;
}
