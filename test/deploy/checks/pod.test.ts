import { describe } from "node:test";
import { itFinds, variable } from "../testing/manifests.ts";

describe("findPodErrors, where a pod may do more than it needs to,", () => {
  itFinds([
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

describe("findPodErrors, where a pod starts, works or ends differently from its program,", () => {
  itFinds([
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
