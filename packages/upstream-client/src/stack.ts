import type { Addresses } from "./wire/addresses.ts";
import { attempt } from "./wire/attempt.ts";
import { breaker } from "./rules/breaker.ts";
import { bulkhead } from "./rules/bulkhead.ts";
import { cache } from "./cache/cache.ts";
import type { EntryFactory } from "./cache/entry-factory.ts";
import { CACHE_DEFAULTS } from "./cache/options.ts";
import type { CacheStore } from "./cache/store.ts";
import type { Send, Wrapper } from "./call.ts";
import type { Clock, Random, WallClock } from "./clock.ts";
import { coalesce } from "./rules/coalesce.ts";
import { hedge } from "./rules/hedge.ts";
import { oncePerRequest } from "./rules/once-per-request.ts";
import { DEFAULT_MAX_RESPONSE_BYTES, DEFAULT_RETRY_BUDGET } from "./options.ts";
import type { UpstreamOptions } from "./options.ts";
import { RetryBudget } from "./rules/retry-budget.ts";
import { retry } from "./rules/retry.ts";
import type { Telemetry } from "./telemetry.ts";

export type StackParts = {
  readonly clock: Clock;
  readonly today: WallClock;
  readonly random: Random;
  readonly telemetry: Telemetry;
  readonly addresses: Addresses;
  readonly entries: EntryFactory;
  readonly store: CacheStore;
};

/** Everything between a screen and a socket. */
export function composeStack(options: UpstreamOptions, parts: StackParts): Send {
  return wrap(wrappersOf(options, parts), innermost(options, parts));
}

/**
 * The wrappers of an attempt, the outermost first.
 *
 * Each shields those under it: what the cache answers costs nothing below; the calls that coalesce are one call to
 * hedge; each of a hedge's two may be retried under the same budget; each try asks the breaker, so that one that opens ends the
 * trying; only what really leaves takes a place in the bulkhead.
 */
export function wrappersOf(options: UpstreamOptions, parts: StackParts): readonly Wrapper[] {
  const upstream = options.name;
  const budget = new RetryBudget(parts.clock, { ...DEFAULT_RETRY_BUDGET, ...options.retryBudget });
  const { revalidationMs = CACHE_DEFAULTS.revalidationMs } = options.cache ?? {};
  return [
    oncePerRequest(),
    cache({ ...parts, revalidationMs }),
    coalesce(),
    hedge(options.hedge ?? {}, { ...parts, budget }),
    retry(options.retry ?? {}, { ...parts, budget }),
    breaker(options.breaker ?? {}, { ...parts, upstream }),
    bulkhead(options.bulkhead ?? {}, { ...parts, upstream }),
  ];
}

export function innermost(options: UpstreamOptions, parts: StackParts): Send {
  const { maxResponseBytes = DEFAULT_MAX_RESPONSE_BYTES } = options;
  return attempt({ ...parts, upstream: options.name, maxResponseBytes });
}

/** Wraps a `Send`: the first wrapper of the list is the outermost. */
export function wrap(wrappers: readonly Wrapper[], innermost: Send): Send {
  return wrappers.reduceRight<Send>((next, wrapper) => wrapper(next), innermost);
}
