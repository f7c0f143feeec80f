import { CONTAINER, env, POD, seed, set, variable } from "./seed.ts";
import type { Seed } from "./seed.ts";

/** What Kubernetes would refuse, settings that do not fit the app, and lifetimes that do not fit its drain. */
export const LIFETIME_SEEDS: readonly Seed[] = [
  // What Kubernetes would refuse, or ignore.
  seed(
    "a misspelt field",
    set("Deployment", [...CONTAINER, "readinesProbe"], {}),
    /readinesProbe is no field/,
  ),
  seed(
    "a misspelt field deep inside",
    set("Deployment", [...CONTAINER, "livenessProbe", "httpGet", "pth"], "/"),
    /livenessProbe\/httpGet\/pth is no field/,
  ),
  seed(
    "an unknown field of the monitor",
    set("ServiceMonitor", ["spec", "endpoint"], []),
    /\/spec\/endpoint is no field/,
  ),
  seed(
    "an unknown field of the network policy",
    set("NetworkPolicy", ["spec", "ingress", 0, "form"], []),
    /form is no field/,
  ),
  seed(
    "a number as text",
    set("HorizontalPodAutoscaler", ["spec", "minReplicas"], "3"),
    /minReplicas must be integer/,
  ),
  seed(
    "a word that is no choice",
    set("Deployment", ["spec", "strategy", "type"], "Rolling"),
    /strategy\/type must be equal to one of/,
  ),
  seed(
    "a missing field",
    set("Deployment", [...CONTAINER, "name"], undefined),
    /must have required property name/,
  ),
  seed(
    "a kind that is not used here",
    (resources) => [...resources, { apiVersion: "v1", kind: "Secret", metadata: { name: "a" } }],
    /Secret is no kind/,
  ),

  // Settings.
  seed(
    "a variable that is not given",
    env((entries) => entries.slice(1)),
    /is read in .* but not given/,
  ),
  seed(
    "a variable that nobody reads",
    env((entries) => [...entries, { name: "FEATURE", value: "on" }]),
    /FEATURE is given, but/,
  ),
  seed(
    "a variable that is given twice",
    env((entries) => [...entries, ...entries.slice(0, 1)]),
    /is given twice/,
  ),
  seed(
    "variables that come in bulk",
    set("Deployment", [...CONTAINER, "envFrom"], [{ configMapRef: { name: "a" } }]),
    /envFrom/,
  ),
  seed(
    "a secret in the manifest",
    variable("IDENTITY_KEYS", { value: "k:c2VjcmV0" }),
    /IDENTITY_KEYS is a secret/,
  ),
  seed(
    "a secret of a configuration",
    variable("IDENTITY_KEYS", { valueFrom: { configMapKeyRef: { name: "a", key: "b" } } }),
    /IDENTITY_KEYS is a secret/,
  ),
  seed(
    "a secret that may be missing",
    variable("IDENTITY_KEYS", { valueFrom: { secretKeyRef: { name: "a", key: "b", optional: true } } }),
    /may be missing/,
  ),
  seed(
    "a value that cannot be read here",
    variable("USERS_URL", { valueFrom: { configMapKeyRef: { name: "a", key: "b" } } }),
    /USERS_URL must have its value/,
  ),
  seed(
    "a password in an address",
    variable("USERS_URL", { value: "http://me:pw@users.users:9001" }),
    /password in its address/,
  ),
  seed(
    "a value that the program refuses",
    variable("LOG_LEVEL", { value: "verbose" }),
    /LOG_LEVEL is .*verbose/,
  ),
  seed("a port that the container does not declare", variable("PORT", { value: "8102" }), /PORT is 8102/),
  seed(
    "a file where nothing is mounted",
    variable("KEYS_FILE", { value: "/keys.json" }),
    /nothing is mounted/,
    "gateway",
  ),
  seed(
    "keys that come of no secret",
    variable("KEYS_FILE", { value: "/etc/triptych/contracts/k" }),
    /mount it from a secret/,
    "gateway",
  ),

  // Lifetime.
  seed(
    "a probe of the public port",
    set("Deployment", [...CONTAINER, "readinessProbe", "httpGet", "port"], "http"),
    /readinessProbe must get/,
  ),
  seed(
    "a liveness that asks for readiness",
    set("Deployment", [...CONTAINER, "livenessProbe", "httpGet", "path"], "/readyz"),
    /livenessProbe must get/,
  ),
  seed(
    "a grace that cuts the drain",
    set("Deployment", [...POD, "terminationGracePeriodSeconds"], 14),
    /must be 15 or more/,
  ),
  seed(
    "a drain that begins too late for the grace",
    variable("DRAIN_DELAY_MS", { value: "9000" }),
    /must be 24 or more/,
  ),
  seed(
    "the default grace, which is not written",
    set("Deployment", [...POD, "terminationGracePeriodSeconds"], undefined),
    /must be 15 or more/,
  ),
  seed(
    "no pause before the signal",
    set("Deployment", [...CONTAINER, "lifecycle"], undefined),
    /preStop must sleep/,
  ),
  seed("a fixed number of pods", set("Deployment", ["spec", "replicas"], 3), /replicas resets/),
  seed(
    "a rollout that takes capacity away",
    set("Deployment", ["spec", "strategy", "rollingUpdate", "maxUnavailable"], 1),
    /take capacity away/,
  ),
  seed(
    "no limit of the memory",
    set("Deployment", [...CONTAINER, "resources", "limits"], undefined),
    /limits\.memory is missing/,
  ),
  seed("one pod alone", set("HorizontalPodAutoscaler", ["spec", "minReplicas"], 1), /2 pods or more/),
  seed(
    "a budget that lets all pods go",
    set("PodDisruptionBudget", ["spec", "maxUnavailable"], 3),
    /from 1 to 2/,
  ),
  seed(
    "a budget that lets none go",
    set("PodDisruptionBudget", ["spec", "maxUnavailable"], 0),
    /from 1 to 2/,
  ),
];
