import { Refusal } from "../exchange.ts";
import type { Policy } from "../exchange.ts";
import { createMatcher } from "../table/route.ts";
import type { Route } from "../table/route.ts";

/** Creates the policy that finds a request's route, and answers 404 when there is none. */
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
