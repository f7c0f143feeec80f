import { at, fieldsAt } from "../../repository/documents.ts";
import { CONTAINER, exitTo, POD, seed, set, variable } from "./seed.ts";
import type { Seed } from "./seed.ts";

const peer = (labels: Readonly<Record<string, string>>): unknown => ({
  podSelector: { matchLabels: labels },
});

/** What a manifest may let in or out, run as, or point to. */
export const CONFINEMENT_SEEDS: readonly Seed[] = [
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
