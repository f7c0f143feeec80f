import type { Contract } from "../contracts/contract.ts";
import { Refusal } from "../exchange.ts";
import type { Exchange, Policy } from "../exchange.ts";
import { createMatcher, hidesPath } from "../table/route.ts";
import type { Route } from "../table/route.ts";

/**
 * Creates the policy that finds a request's route, and answers 404 when there is none. A path that
 * hides another one is refused, unless it does so only in values that its contract calls opaque.
 */
export function matchRoute(routes: readonly Route[], contractOf: (file: string) => Contract): Policy {
  const routeOf = createMatcher(routes);
  const isOpaque = (exchange: Exchange, method: string): boolean => {
    const { contract } = exchange.route;
    if (contract.kind === "graphql") return false;
    const found = contractOf(contract.file).find(method, exchange.targetPath);
    if (found.kind !== "operation") return false;
    const { path } = found.operation.parameters;
    return found.pathValues.every((value, index) => path[index]?.opaque === true || !hidesPath(value));
  };
  return (exchange, req) => {
    const route = routeOf(exchange.target.path);
    if (route !== undefined) exchange.route = route;
    // A preflight asks for the operation that it names.
    const asked = req.method === "OPTIONS" ? req.headers["access-control-request-method"] : req.method;
    if (exchange.target.hides && (route === undefined || !isOpaque(exchange, asked ?? "")))
      throw ambiguousTarget();
    if (route === undefined)
      throw new Refusal("route", { code: "not-found", detail: "There is nothing at this address" });
  };
}

/** Creates the 400 for a target that two machines could read differently. */
export function ambiguousTarget(): Refusal {
  const detail = "The request's target cannot be read in one way only";
  return new Refusal("path", { code: "invalid-request", detail });
}

/**
 * Announces an old version's deprecation (RFC 9745), its sunset (RFC 8594) and its successor on
 * every answer, refusals included, so that it shows in clients' logs.
 */
export const announceDeprecation: Policy = (exchange, _req, res) => {
  const { deprecation } = exchange.route;
  if (deprecation === undefined) return;
  const sinceS = Date.parse(`${deprecation.since}T00:00:00Z`) / 1_000;
  res.setHeader("Deprecation", `@${sinceS}`);
  res.setHeader("Sunset", new Date(`${deprecation.sunset}T00:00:00Z`).toUTCString());
  res.setHeader("Link", `<${deprecation.successor}>; rel="successor-version"`);
};
