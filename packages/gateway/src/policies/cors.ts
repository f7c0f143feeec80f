import { nameLayer } from "@triptych/service-kit";
import type { Contract } from "../contracts/contract.ts";
import { Refusal } from "../exchange.ts";
import type { Exchange, Policy } from "../exchange.ts";
import type { Route } from "../table/route.ts";

/** Answer headers of the gateway and of BFFs that a page of another origin may read too. */
const EXPOSED = [
  "Deprecation",
  "ETag",
  "Link",
  "Location",
  "RateLimit",
  "RateLimit-Policy",
  "Retry-After",
  "Server-Timing",
  "Sunset",
  "X-Request-Id",
].join(", ");

/** Seconds for which browsers need not ask again. A change of the table takes as long. */
const MAX_AGE_S = 600;

/** Names of header fields with commas between (RFC 9110, section 5.1). */
const NAMES = /^[\w!#$%&'*+.^`|~-]+(?:[ \t]*,[ \t]*[\w!#$%&'*+.^`|~-]+)*$/;

/** Whether a route lists the origin of a page. */
export function listsOrigin({ cors }: Route, origin: string | undefined): boolean {
  return origin !== undefined && cors?.origins.includes(origin) === true;
}

/**
 * Lets pages of the route's listed origins read the answer, whatever it is (Fetch, section 3.2).
 * It comes first, so that a page can read refusals too.
 */
export const admitOrigin: Policy = (exchange, { headers }, res) => {
  const { cors } = exchange.route;
  if (cors === undefined) return;
  res.appendHeader("Vary", "Origin");
  const { origin } = headers;
  if (origin === undefined || !listsOrigin(exchange.route, origin)) return;
  res.setHeader("Access-Control-Allow-Origin", origin);
  res.setHeader("Access-Control-Expose-Headers", EXPOSED);
  if (cors.credentials === true) res.setHeader("Access-Control-Allow-Credentials", "true");
};

/**
 * Creates the policy that answers preflights (Fetch, section 3.2.2): no target sees one. From an
 * origin that the route does not list it is refused.
 */
export function answerPreflight(contractOf: (file: string) => Contract): Policy {
  return (exchange, req, res) => {
    const method = req.headers["access-control-request-method"];
    if (req.method !== "OPTIONS" || req.headers.origin === undefined || method === undefined) return;
    if (!listsOrigin(exchange.route, req.headers.origin)) {
      const detail = "Pages of this origin may not use this address";
      throw new Refusal("cors", { code: "forbidden", detail }, { reason: "origin-not-listed" });
    }
    if (hasOperation(exchange, method, contractOf)) res.setHeader("Access-Control-Allow-Methods", method);
    const asked = req.headers["access-control-request-headers"];
    if (typeof asked === "string" && NAMES.test(asked)) res.setHeader("Access-Control-Allow-Headers", asked);
    res.setHeader("Access-Control-Max-Age", MAX_AGE_S);
    nameLayer(res, "gateway", "cors");
    res.setHeader("Cache-Control", "no-store");
    res.writeHead(204).end();
  };
}

function hasOperation(
  { route, targetPath }: Exchange,
  method: string,
  contractOf: (file: string) => Contract,
): boolean {
  if (route.contract.kind === "graphql") return method === "GET" || method === "POST";
  return contractOf(route.contract.file).find(method, targetPath).kind === "operation";
}
