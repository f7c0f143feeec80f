import { at, fieldsAt } from "../../documents/fields.ts";
import { CONTAINER, env, exitTo, POD, seed, set, variable } from "./seed.ts";
import type { Seed } from "./seed.ts";

const peer = (labels: Readonly<Record<string, string>>): unknown => ({
  podSelector: { matchLabels: labels },
});

export const SEEDS: readonly Seed[] = [
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

  // Confinement.
  seed("root", set("Deployment", [...POD, "securityContext", "runAsUser"], 0), /runs as root/),
  seed(
    "a root by the container's word",
    set("Deployment", [...CONTAINER, "securityContext", "runAsUser"], 0),
    /as its container says/,
  ),
  seed(
    "any system call",
    set("Deployment", [...POD, "securityContext", "seccompProfile"], undefined),
    /system call/,
  ),
  seed(
    "a token for the cluster",
    set("Deployment", [...POD, "automountServiceAccountToken"], undefined),
    /token/,
  ),
  seed("the node's network", set("Deployment", [...POD, "hostNetwork"], true), /shares the node/),
  seed(
    "a root that can be written",
    set("Deployment", [...CONTAINER, "securityContext", "readOnlyRootFilesystem"], false),
    /write its files/,
  ),
  seed(
    "rights to be gained",
    set("Deployment", [...CONTAINER, "securityContext", "allowPrivilegeEscalation"], undefined),
    /gain rights/,
  ),
  seed(
    "a capability",
    set("Deployment", [...CONTAINER, "securityContext", "capabilities", "add"], ["NET_RAW"]),
    /keeps capabilities/,
  ),
  seed(
    "a folder of the node",
    set("Deployment", [...POD, "volumes"], [{ name: "a", hostPath: { path: "/" } }]),
    /no secret and no configuration/,
  ),

  // Network.
  seed(
    "a policy that only guards the entrance",
    set("NetworkPolicy", ["spec", "policyTypes"], ["Ingress"]),
    /both directions/,
  ),
  seed(
    "an open entrance",
    set("NetworkPolicy", ["spec", "ingress", 0, "from"], undefined),
    /come in from anybody/,
  ),
  seed(
    "every pod at the entrance",
    set("NetworkPolicy", ["spec", "ingress", 0, "from"], [{ podSelector: {} }]),
    /come in from any pod http/,
  ),
  seed(
    "another BFF at the entrance",
    set("NetworkPolicy", ["spec", "ingress", 0, "from", 1], peer({ "app.kubernetes.io/name": "mobile-bff" })),
    /come in from mobile-bff http, and need not/,
  ),
  seed(
    "the gateway on the admin port",
    set("NetworkPolicy", ["spec", "ingress", 0, "ports", 0, "port"], "admin"),
    /come in from gateway admin, and need not/,
  ),
  seed(
    "every port at the entrance",
    set("NetworkPolicy", ["spec", "ingress", 0, "ports"], undefined),
    /gateway any port/,
  ),
  seed("an open exit", set("NetworkPolicy", ["spec", "egress", 1, "to"], undefined), /go out to anybody/),
  seed(
    "a service that no setting names",
    variable("USERS_URL", { value: "http://orders.orders:9002" }),
    /go out to users\/users 9001, and need not/,
  ),
  seed(
    "a service that the policy forgets",
    variable("USERS_URL", { value: "http://people.people:9001" }),
    /may not go out to people\/people 9001/,
  ),
  seed(
    "an exit without names to look up",
    set("NetworkPolicy", ["spec", "egress", 0, "ports"], [{ port: 53, protocol: "UDP" }]),
    /kube-dns 53, and must/,
  ),
  seed(
    "private addresses as the outside",
    (resources) => set("NetworkPolicy", [...exitTo(resources, "ipBlock"), "except"], undefined)(resources),
    /with private addresses/,
    "gateway",
  ),

  // References.
  seed(
    "a service of other pods",
    set("Service", ["spec", "selector"], { "app.kubernetes.io/name": "web" }),
    /Service selects/,
  ),
  seed(
    "an autoscaler of something else",
    set("HorizontalPodAutoscaler", ["spec", "scaleTargetRef", "name"], "web"),
    /scales/,
  ),
  seed(
    "a monitor of the public port",
    set("ServiceMonitor", ["spec", "endpoints", 0, "port"], "http"),
    /ServiceMonitor reads/,
  ),
  seed(
    "another team's label",
    set("Deployment", ["spec", "template", "metadata", "labels", "triptych.example/team"], "mobile-team"),
    /team is/,
  ),
  seed(
    "the latest image",
    set("Deployment", [...CONTAINER, "image"], "images.triptych.example/web-bff:latest"),
    /version of its own/,
  ),
  seed(
    "another app's image",
    set("Deployment", [...CONTAINER, "image"], "images.triptych.example/mobile-bff:1.0.0"),
    /version of its own/,
  ),
  seed(
    "a part in another namespace",
    set("Service", ["metadata", "namespace"], "default"),
    /Service\/web-bff is not in the namespace/,
  ),

  // The proxy, which is HAProxy with its configuration.
  seed(
    "numbers for the outside",
    set("Service", ["spec", "type"], "LoadBalancer"),
    /Service\/web-bff must be for the cluster alone/,
  ),
  seed(
    "a front door that hides who comes",
    (resources) =>
      resources.map((resource) =>
        resource["kind"] === "Service" && at(resource, "metadata", "name") === "reverse-proxy-public"
          ? { ...resource, spec: { ...fieldsAt(resource, "spec"), externalTrafficPolicy: "Cluster" } }
          : resource,
      ),
    /reverse-proxy-public must be/,
    "reverse-proxy",
  ),
  seed(
    "a folder on the node's disk to write to",
    set("Deployment", [...POD, "volumes", 2, "emptyDir"], {}),
    /mounts what is no secret/,
    "reverse-proxy",
  ),
  seed(
    "a proxy that is killed while requests end",
    set("Deployment", [...POD, "terminationGracePeriodSeconds"], 20),
    /terminationGracePeriodSeconds must be 25/,
    "reverse-proxy",
  ),
  seed(
    "a gateway that the proxy may not reach",
    variable("GATEWAY_1", { value: "gateway.other:8080" }),
    /may not go out to other\/gateway 8080/,
    "reverse-proxy",
  ),
  seed(
    "a proxy that listens where nobody comes",
    variable("HTTPS_BIND", { value: ":443" }),
    /HTTPS_BIND is 443, but the container's port https is 8443/,
    "reverse-proxy",
  ),
  seed(
    "a changed file of which the pods would hear nothing",
    set("ConfigMap", ["data", "haproxy.cfg"], "global\n"),
    /annotation .* must be "[0-9a-f]{12}"/,
    "reverse-proxy",
  ),
];
