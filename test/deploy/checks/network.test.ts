import { describe } from "node:test";
import { at, put } from "../../repository/documents.ts";
import { itFinds, variable } from "../testing/manifests.ts";

/** Lets out to all addresses, where the policy lets out to public ones. */
const toAll = (rules: readonly unknown[]) =>
  rules.map((rule) =>
    at(rule, "to", 0, "ipBlock") === undefined ? rule : put(rule, ["to", 0, "ipBlock", "except"], undefined),
  );

const peer = (name: string) => ({
  podSelector: { matchLabels: { "app.kubernetes.io/name": name } },
});

describe("findNetworkErrors", () => {
  itFinds([
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
