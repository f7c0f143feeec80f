import type { BreakerOptions } from "./rules/breaker.ts";
import type { BulkheadOptions } from "./rules/bulkhead.ts";
import type { CacheOptions } from "./cache/options.ts";
import type { Clock, Random, WallClock } from "./clock.ts";
import type { UpstreamEvents } from "./events.ts";
import type { HedgeOptions } from "./rules/hedge.ts";
import type { RetryBudgetOptions } from "./rules/retry-budget.ts";
import type { RetryOptions } from "./rules/retry.ts";

export type UpstreamOptions = {
  /** The domain service's name: in errors, logs, metrics and keys of the cache. */
  readonly name: string;
  /** Its origins, such as `["http://10.0.0.1:9001", "http://10.0.0.2:9001"]`, taken in turn. */
  readonly addresses?: readonly string[];
  /** Short for one address. */
  readonly origin?: string;
  /** Larger answers are `invalid`, bytes. Default 1 MiB: a screen's data is a few KiB. */
  readonly maxResponseBytes?: number;
  /** How much of this process one slow upstream may hold. */
  readonly bulkhead?: BulkheadOptions;
  /** When to stop calling a failing upstream; false: never, for tests of the other rules. */
  readonly breaker?: BreakerOptions | false;
  /** What to send again; false: nothing, but for a GET whose idle connection had been closed. */
  readonly retry?: RetryOptions | false;
  /** How much more than its calls the upstream may be sent, by retries and hedges together. Default a tenth of the calls, and one a second. */
  readonly retryBudget?: Partial<RetryBudgetOptions>;
  /** For operations that declare `hedge`; false: none. */
  readonly hedge?: HedgeOptions | false;
  /** For operations that declare `cache`. */
  readonly cache?: CacheOptions;
  readonly events?: UpstreamEvents;
  /** The clock that all rules go by; that of the requests' contexts should be the same. Default the machine's. */
  readonly clock?: Clock;
  /** For dates of other machines. Default `Date.now`. */
  readonly today?: WallClock;
  /** For jitter. Default `Math.random`. */
  readonly random?: Random;
};

export const DEFAULT_MAX_RESPONSE_BYTES = 1_048_576;

/** Amplification tends to 1.1 as load grows; a quiet upstream still has a retry a second. */
export const DEFAULT_RETRY_BUDGET = { perCall: 0.1, perSecond: 1 } as const satisfies RetryBudgetOptions;
