import type { Deadline } from "./deadline.ts";
import type { FailureKind } from "./errors.ts";

/**
 * What the cache did with a call:
 * - `fresh`: answered from the cache
 * - `stale-while-revalidate`: answered from the cache, and revalidated in the background
 * - `revalidated`: the upstream said 304, so the cache's answer was used
 * - `miss`: the upstream answered, or failed and the cache had no answer to use instead
 * - `stale-if-error`: the upstream failed, and the cache's answer was used instead
 */
export type CacheVerdict = "fresh" | "stale-while-revalidate" | "revalidated" | "miss" | "stale-if-error";

/** What answered a call: the cache, another call, or the upstream itself. */
export type CacheUse = "none" | "miss" | "fresh" | "stale" | "revalidated" | "coalesced";

/** Where the time of one attempt went, ms. A part that it did not reach is undefined. */
export type AttemptTiming = {
  readonly call: CallTrace;
  /** From 1, counting the attempts of its call. */
  readonly number: number;
  /** What the call's deadline left when the attempt began. */
  readonly leftMs: number;
  /** Its wait for a slot of the bulkhead, before it began. */
  readonly queueMs: number;
  readonly connectMs: number | undefined;
  /** From the request to the head of the response. */
  readonly waitMs: number | undefined;
  readonly bodyMs: number | undefined;
  /** Of the response's body, as received. */
  readonly bytes: number;
};

/**
 * What happened to one call of a section, for a request whose trace is recorded. The rules fill it
 * in as the call passes them. Calls of other requests have none and cost nothing.
 */
export class CallTrace {
  readonly section: string | undefined;
  readonly upstream: string;
  readonly operation: string;
  readonly method: string;
  /** On the upstream's clock, ms. */
  readonly startedAt: number;
  /** Undefined while it is under way. */
  durationMs: number | undefined;
  outcome: "ok" | FailureKind = "abandoned";
  /** Why it failed, in words. */
  reason: string | undefined;
  cache: CacheUse = "none";
  /** Age of the answer that the cache gave, ms. */
  ageMs: number | undefined;
  /** Why the cache did not keep the answer: `no-store`, `private`, … */
  notKept: string | undefined;
  /** Attempts begun so far. */
  attempts = 0;
  /** The last wait for a slot, ms; taken by the attempt that follows. */
  queueMs = 0;

  constructor(call: Pick<CallTrace, "section" | "upstream" | "operation" | "method" | "startedAt">) {
    this.section = call.section;
    this.upstream = call.upstream;
    this.operation = call.operation;
    this.method = call.method;
    this.startedAt = call.startedAt;
  }

  /** @param ageMs of the entry that was used */
  cached(verdict: CacheVerdict, ageMs: number | undefined): void {
    this.cache = CACHE_USE[verdict];
    this.ageMs = verdict === "miss" ? undefined : ageMs;
  }
}

const CACHE_USE: Readonly<Record<CacheVerdict, CacheUse>> = {
  fresh: "fresh",
  "stale-while-revalidate": "stale",
  "stale-if-error": "stale",
  revalidated: "revalidated",
  miss: "miss",
};

/** Measures where an attempt's time goes, for a request whose trace is recorded. */
export class Stopwatch {
  readonly #trace: CallTrace;
  readonly #number: number;
  readonly #queueMs: number;
  readonly #leftMs: number;
  readonly #startedAt: number;
  #connectedAt: number | undefined;
  #answeredAt: number | undefined;

  constructor(trace: CallTrace, deadline: Deadline, startedAt: number) {
    trace.attempts += 1;
    this.#trace = trace;
    this.#number = trace.attempts;
    this.#queueMs = trace.queueMs;
    trace.queueMs = 0;
    this.#leftMs = deadline.remainingMs();
    this.#startedAt = startedAt;
  }

  connected(now: number): void {
    this.#connectedAt = now;
  }

  answered(now: number): void {
    this.#answeredAt = now;
  }

  ended(now: number, bytes: number): AttemptTiming {
    const connectedAt = this.#connectedAt ?? now;
    return {
      call: this.#trace,
      number: this.#number,
      leftMs: this.#leftMs,
      queueMs: this.#queueMs,
      connectMs: connectedAt - this.#startedAt,
      waitMs: this.#connectedAt === undefined ? undefined : (this.#answeredAt ?? now) - connectedAt,
      bodyMs: this.#answeredAt === undefined ? undefined : now - this.#answeredAt,
      bytes,
    };
  }
}
