import { CacheStore } from "../cache/store.ts";
import type { Send } from "../call.ts";
import { systemClock } from "../clock.ts";
import { Telemetry } from "../events.ts";
import type { UpstreamOptions } from "../options.ts";
import { wrap, wrappersOf } from "../stack.ts";
import { openAddresses } from "../wire/addresses.ts";
import { attempt } from "../wire/attempt.ts";

/** The names of the wrappers, innermost first: what `partialStack` counts. */
export const WRAPPER_NAMES = [
  "bulkhead",
  "breaker",
  "retry",
  "hedge",
  "coalesce",
  "cache",
  "once per request",
];

/** The attempt and the `count` innermost wrappers around it, to measure what each of them costs. */
export function partialStack(options: UpstreamOptions & { readonly origin: string }, count: number) {
  const telemetry = new Telemetry(options.events);
  const shared = {
    upstream: options.name,
    clock: systemClock,
    random: Math.random,
    telemetry,
  };
  const addresses = openAddresses([options.origin], shared);
  const parts = { ...shared, addresses, store: new CacheStore({}, shared) };
  const wrappers = wrappersOf(options, parts);
  const send: Send = wrap(wrappers.slice(wrappers.length - count), attempt(options, parts));
  return { send, close: () => addresses.close() };
}
