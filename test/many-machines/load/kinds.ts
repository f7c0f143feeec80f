import type { Asking } from "../client/protocol.ts";

/** What clients of the site do: each reads, and each gives a command that must not be done twice. */
export const KINDS = [
  "web-page",
  "web-command",
  "mobile-page",
  "mobile-command",
  "partner-query",
  "partner-command",
] as const;

export type Kind = (typeof KINDS)[number];

/** An order of the stub services that can always be cancelled. */
const ORDER = "ord_placed";
const REASON = { reason: "changed_mind" };
const JSON_BODY = { "Content-Type": "application/json" };
const MUTATION = `mutation ($key: String!) { cancelOrder(id: "${ORDER}", reason: CHANGED_MIND, idempotencyKey: $key) { id status } }`;

type Sent = Pick<Asking, "method" | "path" | "headers" | "body">;

/** @param key the idempotency key, for a command */
export function requestOf(kind: Kind, key: string): Sent {
  switch (kind) {
    case "web-page":
      return { method: "GET", path: "/web/home-page", headers: { Accept: "application/json" } };
    case "mobile-page":
      return { method: "GET", path: "/mobile/home", headers: {} };
    case "partner-query":
      return graphql({ query: "{ viewer { id name } }" });
    case "web-command":
    case "mobile-command": {
      const path = `/${kind.split("-", 1)[0]}/orders/${ORDER}/cancel`;
      const headers = { ...JSON_BODY, Accept: "application/json", "Idempotency-Key": key };
      return { method: "POST", path, headers, body: JSON.stringify(REASON) };
    }
    case "partner-command":
    default:
      return graphql({ query: MUTATION, variables: { key } });
  }
}

function graphql(body: unknown): Sent {
  return { method: "POST", path: "/partner/graphql", headers: JSON_BODY, body: JSON.stringify(body) };
}

export function isCommand(kind: Kind): boolean {
  return kind.endsWith("-command");
}
