import { at, isFields, listAt } from "../../repository/documents.ts";
import { resourceOf, variableNames, variableOf } from "./deployed-app.ts";
import type { DeployedApp } from "./deployed-app.ts";

const PROMETHEUS = "monitoring/prometheus admin";

const DNS = ['kube-system/kube-dns 53 "UDP"', "kube-system/kube-dns 53"];
const REDIS = "redis/redis 6379";

/** Public addresses by https: for what is outside of the cluster, such as an identity provider. */
const OUTSIDE = "0.0.0.0/0 443";
/** What is not public (RFC 1918, RFC 6598) or answers for the node (RFC 3927). */
const PRIVATE = ["10.0.0.0/8", "100.64.0.0/10", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"];

/** Where the network policy and what the app calls, or is called by, disagree. */
export function findNetworkErrors(app: DeployedApp): string[] {
  const policy = resourceOf(app.resources, "NetworkPolicy");
  const types = listAt(policy, "spec", "policyTypes").map(String).toSorted();
  const complaints =
    types.join() === "Egress,Ingress"
      ? []
      : ["the policy must refuse in both directions: policyTypes is [Ingress, Egress]"];
  const incoming = listAt(policy, "spec", "ingress").flatMap((rule) => connections(rule, "from"));
  const outgoing = listAt(policy, "spec", "egress").flatMap((rule) => connections(rule, "to"));
  return [
    ...complaints,
    ...differences("come in from", incoming, [...app.surroundings.entrances, PROMETHEUS]),
    ...differences("go out to", outgoing, [...DNS, ...destinations(app)]),
  ];
}

function differences(direction: string, allowed: readonly string[], needed: readonly string[]): string[] {
  return [
    ...allowed
      .filter((connection) => !needed.includes(connection))
      .map((connection) => `it may ${direction} ${connection}, and need not`),
    ...needed
      .filter((connection) => !allowed.includes(connection))
      .map((connection) => `it may not ${direction} ${connection}, and must`),
  ];
}

/** Every pair of a peer and a port of a rule, in the form `namespace/app port`. */
function connections(rule: unknown, side: "from" | "to"): string[] {
  const peers = listAt(rule, side);
  const ports = listAt(rule, "ports");
  if (peers.length === 0) {
    return ports.length === 0 ? ["anybody"] : ports.map((port) => `anybody ${portOf(port)}`);
  }
  return peers.flatMap((peer) =>
    ports.length === 0
      ? [`${peerOf(peer)} any port`]
      : ports.map((port) => `${peerOf(peer)} ${portOf(port)}`),
  );
}

function peerOf(peer: unknown): string {
  const block = at(peer, "ipBlock");
  if (isFields(block)) {
    const except = listAt(block, "except").map(String).toSorted();
    return except.join() === PRIVATE.join()
      ? String(block["cidr"])
      : `${String(block["cidr"])} with private addresses`;
  }
  const namespace = at(peer, "namespaceSelector", "matchLabels", "kubernetes.io/metadata.name");
  const labels = at(peer, "podSelector", "matchLabels");
  const pod = at(labels, "app.kubernetes.io/name") ?? at(labels, "k8s-app");
  // A selector that is missing, empty or of another form selects more than one app.
  const pods = typeof pod === "string" ? pod : "any pod";
  if (at(peer, "namespaceSelector") === undefined) return pods;
  return `${typeof namespace === "string" ? namespace : "any namespace"}/${pods}`;
}

function portOf(port: unknown): string {
  // TCP is what Kubernetes takes where nothing is said.
  const { port: number, protocol = "TCP", ...more } = isFields(port) ? port : {};
  const range = Object.keys(more).length === 0 ? "" : " and more";
  return `${String(number)}${protocol === "TCP" ? "" : ` ${JSON.stringify(protocol)}`}${range}`;
}

/**
 * What the settings' addresses lead to: `http://orders.orders:9002` is orders/orders 9002, `http://web-bff:8101` is web-bff 8101. A proxy's
 * gateway is an address without a scheme, and a second port.
 */
function destinations(app: DeployedApp): string[] {
  const found = variableNames(app).flatMap((name) => {
    if (name === "REDIS_URL") return [REDIS];
    const value = at(variableOf(app, name), "value");
    if (/^GATEWAY_\d$/.test(name)) {
      const ports = [value, `:${String(at(variableOf(app, `${name}_ADMIN_PORT`), "value"))}`];
      const host = String(value).replace(/:.*/, "");
      return ports.map((port) => destination(new URL(`http://${host}${String(port).replace(/^[^:]*/, "")}`)));
    }
    // Addresses that only browsers follow.
    if (typeof value !== "string" || !/_(?:URL|ISSUER|ENDPOINT)$/.test(name)) return [];
    return value.split(",").map((address) => destination(new URL(address.trim())));
  });
  return [...new Set(found)];
}

function destination({ protocol, hostname, port }: URL): string {
  if (protocol === "https:") return OUTSIDE;
  const [service = "", namespace] = hostname.split(".");
  return `${namespace === undefined ? "" : `${namespace}/`}${service} ${port === "" ? "80" : port}`;
}
