import type { FailureKind } from "./errors.ts";

type OfOperation = { readonly upstream: string; readonly operation: string };

/** One exchange with an upstream has ended. */
export type AttemptEvent = OfOperation & {
  readonly outcome: "ok" | FailureKind;
  readonly status: number | undefined;
  /** On the upstream's clock, ms. */
  readonly startedAt: number;
  readonly durationMs: number;
  /** As in the `traceparent` that it carried. */
  readonly spanId: string;
  readonly method: string;
  /** Which of the upstream's addresses, as an origin. */
  readonly address: string;
};

/** A failed attempt is followed by another, or would have been but for the budget. */
export type RetryEvent = OfOperation & {
  /** `budget-exhausted`: a retry was due and not made; `reused-socket`: made at once, for a connection that the upstream had closed. */
  readonly decision: "retry" | "reused-socket" | "budget-exhausted";
  /** What had failed. */
  readonly reason: FailureKind;
  /** How long the back-off lasts, ms. */
  readonly delayMs: number;
};

/** A second attempt was started beside a slow one (`started`), or answered first (`won`), or was due and not allowed. */
export type HedgeEvent = OfOperation & {
  readonly decision: "started" | "won" | "limit-reached" | "budget-exhausted";
  /** The estimate of the upstream's 95th percentile that was waited for, ms. */
  readonly afterMs: number;
};

export type BreakerStateName = "closed" | "open" | "half-open";

export type BreakerChangeEvent = {
  readonly upstream: string;
  readonly from: BreakerStateName;
  readonly to: BreakerStateName;
  /** How long it stays open, ms; only when it opens. */
  readonly openMs?: number | undefined;
};

/** What the cache made of a call of an operation that declares one. */
export type CacheVerdictEvent = OfOperation & {
  readonly verdict: CacheVerdict;
  /** Where the entry was: this process's memory, or Redis. Undefined where there was none. */
  readonly level: "memory" | "redis" | undefined;
};

/**
 * - `fresh`: answered from the cache
 * - `stale-while-revalidate`: answered from the cache, and asked again in the background
 * - `revalidated`: the upstream said 304; `miss`: it was asked and answered anew, or failed and nothing stood in
 * - `stale-if-error`: it failed, and the cache's answer stood in
 */
export type CacheVerdict = "fresh" | "stale-while-revalidate" | "revalidated" | "miss" | "stale-if-error";

/** A call waited for a place in the bulkhead, in vain (`overloaded`, `ended`) or not. */
export type QueueWaitEvent = OfOperation & {
  readonly result: "admitted" | "overloaded" | "ended";
  readonly waitedMs: number;
};

/** One of several addresses is left out for a while (`ejected`), or taken back. */
export type EjectionEvent = {
  readonly upstream: string;
  readonly address: string;
  readonly change: "ejected" | "returned";
  /** For how long, ms; 0 for `returned`. */
  readonly forMs: number;
};

/** An enum had a value that the contract does not list. `field` is a path of names, without indices. */
export type UnknownValueEvent = OfOperation & { readonly field: string };

/** Everything that an upstream tells, by name. */
export type UpstreamEventMap = {
  readonly attempt: AttemptEvent;
  readonly retry: RetryEvent;
  readonly hedge: HedgeEvent;
  readonly breakerChange: BreakerChangeEvent;
  readonly cacheVerdict: CacheVerdictEvent;
  readonly queueWait: QueueWaitEvent;
  readonly ejection: EjectionEvent;
  readonly unknownValue: UnknownValueEvent;
};

/**
 * Whoever measures an upstream. Listeners must not throw and must be quick: they run inside the call.
 *
 * The same events go to the channels `triptych.upstream.<name>` of `node:diagnostics_channel`, such as
 * `triptych.upstream.attempt`, for whoever cannot be passed in.
 */
export type UpstreamEvents = {
  readonly [Name in keyof UpstreamEventMap]?: (event: UpstreamEventMap[Name]) => void;
};
