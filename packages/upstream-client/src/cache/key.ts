import type { Call } from "../call.ts";
import type { CacheScope, CachedOperation } from "./freshness.ts";

/** Where an answer is kept. */
export type CacheKey = {
  /** Whose answers they are and of which URL. A change of the URL deletes the whole slot. */
  readonly slot: string;
  /**
   * Which of the slot's answers it is. Operations at one URL may read the body differently, and two
   * authorities of one user may get different answers.
   */
  readonly variant: string;
};

/** Where the answer of a call is kept. */
export function cacheKey(call: Call, { name, cache }: CachedOperation): CacheKey {
  const slot = slotOf(call, cache);
  const asked = call.headers === undefined ? name : [name, ...call.headers].join("\n");
  if (cache === "shared") return { slot, variant: asked };
  return { slot, variant: `${asked}\n${call.scope.request.caller.authority ?? ""}` };
}

/**
 * The slot of a call's URL. Two different callers never make the same one, because no part of it
 * can contain a line break: the parts are header values and a percent-encoded target.
 */
export function slotOf({ scope: { request }, target }: Call, scope: CacheScope): string {
  return scope === "shared" ? `shared\n${target}` : `user\n${request.caller.userId ?? ""}\n${target}`;
}

/** Both parts as one text. It begins with the slot and a line break. */
export function wholeKey({ slot, variant }: CacheKey): string {
  return `${slot}\n${variant}`;
}
