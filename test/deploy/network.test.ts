import { describe } from "node:test";
import type { INetworkPolicyPeer } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicyPeer";
import type { INetworkPolicyPort } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicyPort";
import { at, put } from "../repository/documents.ts";
import { environmentOf, ofApp } from "./testing/deployed-app.ts";
import type { DeployedApp } from "./testing/deployed-app.ts";
import { itFinds, itHolds, variable } from "./testing/manifests.ts";

const PROMETHEUS = "monitoring/prometheus admin";
const DNS = ['kube-system/kube-dns 53 "UDP"', "kube-system/kube-dns 53"];
const REDIS = "redis/redis 6379";

/** Public addresses over https, for what is outside the cluster, such as an identity provider. */
const OUTSIDE = "0.0.0.0/0 443";
/** Addresses that are not public (RFC 1918, RFC 6598) or belong to the node (RFC 3927). */
const PRIVATE = ["10.0.0.0/8", "100.64.0.0/10", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"];

/** Where the network policy disagrees with what the app calls, or with what calls it. */
function findNetworkErrors(app: DeployedApp): string[] {
  const { policyTypes = [], ingress = [], egress = [] } = app.policy.spec ?? {};
  const isClosed = policyTypes.toSorted().join() === "Egress,Ingress";
  const incoming = ingress.flatMap(({ from, ports }) => connections(from, ports));
  const outgoing = egress.flatMap(({ to, ports }) => connections(to, ports));
  return [
    ...(isClosed ? [] : ["the policy must refuse in both directions: policyTypes is [Ingress, Egress]"]),
    ...differences("come in from", incoming, [...app.entrances, PROMETHEUS]),
    ...differences("go out to", outgoing, [...DNS, ...destinations(app)]),
  ];
}

function differences(direction: string, allowed: readonly string[], needed: readonly string[]): string[] {
  const excess = allowed.filter((connection) => !needed.includes(connection));
  const lack = needed.filter((connection) => !allowed.includes(connection));
  return [
    ...excess.map((connection) => `it may ${direction} ${connection}, and need not`),
    ...lack.map((connection) => `it may not ${direction} ${connection}, and must`),
  ];
}

/** Every pair of a peer and a port of a rule, in the form `namespace/app port`. */
function connections(
  from: readonly INetworkPolicyPeer[] = [],
  to: readonly INetworkPolicyPort[] = [],
): string[] {
  const ports = to.length === 0 ? ["any port"] : to.map(nameOfPort);
  const peers = from.length === 0 ? ["anybody"] : from.map(nameOfPeer);
  return peers.flatMap((peer) => ports.map((port) => `${peer} ${port}`));
}

function nameOfPeer({ ipBlock, namespaceSelector, podSelector }: INetworkPolicyPeer): string {
  if (ipBlock !== undefined) {
    const isPublic = (ipBlock.except ?? []).toSorted().join() === PRIVATE.join();
    return isPublic ? ipBlock.cidr : `${ipBlock.cidr} with private addresses`;
  }
  const labels = podSelector?.matchLabels ?? {};
  // A selector that is missing, empty or of another form selects more than one app.
  const pods = labels["app.kubernetes.io/name"] ?? labels["k8s-app"] ?? "any pod";
  if (namespaceSelector === undefined) return pods;
  return `${namespaceSelector.matchLabels?.["kubernetes.io/metadata.name"] ?? "any namespace"}/${pods}`;
}

function nameOfPort({ port, protocol = "TCP", ...more }: INetworkPolicyPort): string {
  const range = Object.keys(more).length === 0 ? "" : " and more";
  return `${port}${protocol === "TCP" ? "" : ` ${JSON.stringify(protocol)}`}${range}`;
}

/**
 * The destinations of the settings' addresses: `http://orders.orders:9002` is `orders/orders 9002`,
 * and `http://web-bff:8101` is `web-bff 8101`. A gateway's address for the proxy has no scheme, and
 * a second port.
 */
function destinations(app: DeployedApp): string[] {
  const environment = environmentOf(app);
  const found = [...environment].flatMap(([name, value = ""]) => {
    if (name === "REDIS_URL") return [REDIS];
    if (/^GATEWAY_\d$/.test(name)) {
      const adminPort = environment.get(`${name}_ADMIN_PORT`);
      return [`http://${value}`, `http://${value.replace(/:.*/, "")}:${adminPort}`].map(destination);
    }
    // Other variables hold no address, or one that only browsers follow.
    return value !== "" && /_(?:URL|ISSUER|ENDPOINT)$/.test(name) ? value.split(",").map(destination) : [];
  });
  return [...new Set(found)];
}

function destination(address: string): string {
  const { protocol, hostname, port } = new URL(address.trim());
  if (protocol === "https:") return OUTSIDE;
  const [service = "", namespace] = hostname.split(".");
  return `${namespace === undefined ? "" : `${namespace}/`}${service} ${port === "" ? "80" : port}`;
}

/** Lets out to all addresses, where the policy lets out to public ones. */
const toAll = (rules: readonly unknown[]) =>
  rules.map((rule) =>
    at(rule, "to", 0, "ipBlock") === undefined ? rule : put(rule, ["to", 0, "ipBlock", "except"], undefined),
  );

const peer = (name: string) => ({
  podSelector: { matchLabels: { "app.kubernetes.io/name": name } },
});

describe("the network policy lets through what the app needs, and no more", () => {
  const find = ofApp(findNetworkErrors);
  itHolds(find);
  itFinds(find, [
    [
      "a policy that only guards the entrance",
      "NetworkPolicy spec policyTypes",
      ["Ingress"],
      /both directions/,
    ],
    ["an open entrance", "NetworkPolicy spec ingress 0 from", undefined, /come in from anybody/],
    [
      "every pod at the entrance",
      "NetworkPolicy spec ingress 0 from",
      [{ podSelector: {} }],
      /come in from any pod http/,
    ],
    [
      "another BFF at the entrance",
      "NetworkPolicy spec ingress 0 from 1",
      peer("mobile-bff"),
      /come in from mobile-bff http, and need not/,
    ],
    [
      "the gateway on the admin port",
      "NetworkPolicy spec ingress 0 ports 0 port",
      "admin",
      /come in from gateway admin, and need not/,
    ],
    ["every port at the entrance", "NetworkPolicy spec ingress 0 ports", undefined, /gateway any port/],
    ["an open exit", "NetworkPolicy spec egress 1 to", undefined, /go out to anybody/],
    [
      "a service that no setting names",
      "env",
      variable("USERS_URL", { value: "http://orders.orders:9002" }),
      /go out to users\/users 9001, and need not/,
    ],
    [
      "a service that the policy forgets",
      "env",
      variable("USERS_URL", { value: "http://people.people:9001" }),
      /may not go out to people\/people 9001/,
    ],
    [
      "an exit without names to look up",
      "NetworkPolicy spec egress 0 ports",
      [{ port: 53, protocol: "UDP" }],
      /kube-dns 53, and must/,
    ],
    [
      "private addresses as the outside",
      "NetworkPolicy spec egress",
      toAll,
      /with private addresses/,
      "gateway",
    ],
    [
      "a gateway that the proxy may not reach",
      "env",
      variable("GATEWAY_1", { value: "gateway.other:8080" }),
      /may not go out to other\/gateway 8080/,
      "reverse-proxy",
    ],
  ]);
});
