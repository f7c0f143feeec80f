import type { PolicyCheck } from "../passage.ts";
import { Refusal } from "../refusal.ts";
import { createMatcher } from "../table/match.ts";
import type { Route } from "../table/route.ts";

/** Finds the route of a request; what no route names does not exist. */
export function matchRoute(routes: readonly Route[]): PolicyCheck {
  const routeOf = createMatcher(routes);
  return (passage) => {
    const route = routeOf(passage.target.path);
    if (route === undefined) {
      throw new Refusal("route", { code: "not-found", detail: "There is nothing at this address" });
    }
    passage.route = route;
  };
}
