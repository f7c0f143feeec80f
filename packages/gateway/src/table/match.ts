import type { Route } from "./route.ts";

/** Finds the route of a path: the one with the longest prefix of whole segments. */
export function createMatcher<Entry extends Pick<Route, "prefix">>(
  routes: readonly Entry[],
): (path: string) => Entry | undefined {
  const longestFirst = routes.toSorted((a, b) => b.prefix.length - a.prefix.length);
  return (path) => longestFirst.find(({ prefix }) => path === prefix || path.startsWith(`${prefix}/`));
}
