import type { LookupFunction } from "node:net";
import type { CacheOptions } from "./cache/store.ts";
import type { Clock, Random } from "./clock.ts";
import type { Dialect } from "./dialect/dialect.ts";
import type { UpstreamEvents } from "./events.ts";
import type { BreakerOptions } from "./rules/breaker.ts";
import type { BulkheadOptions } from "./rules/bulkhead.ts";
import type { HedgeOptions } from "./rules/hedge.ts";
import type { RetryBudgetOptions } from "./rules/retry-budget.ts";
import type { RetryOptions } from "./rules/retry.ts";

/** A domain service, and how it is called. Only `name` and an address are required. */
export type UpstreamOptions = Dialect & {
  /** The service's name in errors, logs, metrics and cache keys. */
  readonly name: string;
  /**
   * Used in turn: `["http://10.0.0.1:9001", "http://10.0.0.2:9001"]`. One may have a base path,
   * which stands before the path of every operation: `https://content.example/api/v1`.
   */
  readonly addresses?: readonly string[];
  /** The same for a single address. */
  readonly origin?: string;
  /** Resolves names for each new connection. Default: the system's `getaddrinfo`. */
  readonly lookup?: LookupFunction;
  /** Larger answers are `invalid`, bytes. Default 1 MiB: a screen's data is a few KiB. */
  readonly maxResponseBytes?: number;
  /** Larger answers that stream are cut off, bytes. Default 100 MiB. */
  readonly maxStreamBytes?: number;
  /** How much of this process a slow upstream may use. */
  readonly bulkhead?: BulkheadOptions;
  /** When to stop calling a failing upstream. `false`: never, for tests of the other rules. */
  readonly breaker?: BreakerOptions | false;
  /**
   * When to retry a failed call. `false`: only a GET on an idle connection that had been closed.
   */
  readonly retry?: RetryOptions | false;
  /** How many extra attempts retries and hedges may add together. */
  readonly retryBudget?: RetryBudgetOptions;
  /** For operations that declare `hedge`. `false` turns it off. */
  readonly hedge?: HedgeOptions | false;
  /** For operations that declare `cache`. */
  readonly cache?: CacheOptions;
  /** Listeners for metrics and logs. */
  readonly events?: UpstreamEvents;
  /** The clock of all rules, the same as the requests' contexts have. Default `systemClock`. */
  readonly clock?: Clock;
  /** For jitter. Default `Math.random`. */
  readonly random?: Random;
};
