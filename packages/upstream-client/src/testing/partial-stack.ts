import { EntryFactory } from "../cache/entry-factory.ts";
import { CACHE_DEFAULTS } from "../cache/options.ts";
import { CacheStore } from "../cache/store.ts";
import type { Send } from "../call.ts";
import { systemClock } from "../clock.ts";
import { openAddresses } from "../wire/open-addresses.ts";
import type { UpstreamOptions } from "../options.ts";
import { innermost, wrap, wrappersOf } from "../stack.ts";
import { Telemetry } from "../telemetry.ts";

/** The names of the wrappers, the innermost first: what `partialStack` counts. */
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
  const clock = systemClock;
  const telemetry = new Telemetry(options.events);
  const addresses = openAddresses([options.origin], { upstream: options.name, clock, telemetry });
  const entries = new EntryFactory(clock, false);
  const store = new CacheStore(CACHE_DEFAULTS, undefined);
  const parts = { clock, today: Date.now, random: Math.random, telemetry, addresses, entries, store };
  const wrappers = wrappersOf(options, parts);
  const send: Send = wrap(wrappers.slice(wrappers.length - count), innermost(options, parts));
  return { send, close: () => addresses.close() };
}
