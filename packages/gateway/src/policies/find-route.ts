import { Refusal } from "../exchange.ts";
import type { Policy } from "../exchange.ts";
import { createMatcher } from "../table/route.ts";
import type { Route } from "../table/route.ts";

/** Finds the route of a request; what no route names does not exist. */
export function matchRoute(routes: readonly Route[]): Policy {
  const routeOf = createMatcher(routes);
  return (exchange) => {
    const route = routeOf(exchange.target.path);
    if (route === undefined) {
      throw new Refusal("route", { code: "not-found", detail: "There is nothing at this address" });
    }
    exchange.route = route;
  };
}

/**
 * Tells the clients of an old version since when it is deprecated (RFC 9745), when it may go away (RFC 8594) and what
 * takes its place; on every answer, so that it shows in their logs.
 */
export const announceDeprecation: Policy = (exchange, _req, res) => {
  const { deprecation } = exchange.route;
  if (deprecation === undefined) return;
  const sinceS = Date.parse(`${deprecation.since}T00:00:00Z`) / 1_000;
  res.setHeader("Deprecation", `@${sinceS}`);
  res.setHeader("Sunset", new Date(`${deprecation.sunset}T00:00:00Z`).toUTCString());
  res.setHeader("Link", `<${deprecation.successor}>; rel="successor-version"`);
};
