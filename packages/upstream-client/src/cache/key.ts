import type { Call } from "../call.ts";
import type { CacheScope } from "./freshness.ts";

/**
 * The key of an entry. One of `perUser` holds the user and what they may do; no two of its parts can run together, because none
 * can hold a line break: they travel in headers and in a percent-encoded target.
 */
export function cacheKey({ scope: { request }, target }: Call, scope: CacheScope): string {
  return scope === "shared" ? `shared\n${target}` : `user\n${request.identity}\n${target}`;
}
