import { channel } from "node:diagnostics_channel";
import type { Channel } from "node:diagnostics_channel";
import type { FailureKind, Rejection } from "./errors.ts";
import type { AttemptTiming, CacheVerdict } from "./trace.ts";

type OfOperation = { readonly upstream: string; readonly operation: string };

/** Which attempt of its call it is: the first, one after a failure, or one beside a slow one. */
export type AttemptKind = "first" | "retry" | "hedge";

/** One attempt has ended: one request to the upstream and its response, or the lack of one. */
export type AttemptEvent = OfOperation & {
  readonly kind: AttemptKind;
  readonly outcome: "ok" | FailureKind;
  /** The HTTP status, where one came. */
  readonly status: number | undefined;
  /** On the upstream's clock, ms. */
  readonly startedAt: number;
  readonly durationMs: number;
  /** As in the `traceparent` that the attempt carried. */
  readonly spanId: string;
  readonly method: string;
  /** Which of the upstream's addresses, as an origin. */
  readonly address: string;
  /** With the outcome `rejected`: why. */
  readonly rejection: Rejection | undefined;
  /** Where the time went; only if the request's trace is recorded. */
  readonly timing: AttemptTiming | undefined;
};

/** A failed attempt is followed by another one, or would have been if the budget had allowed it. */
export type RetryEvent = OfOperation & {
  /**
   * - `retry`: sent again after a back-off
   * - `reused-socket`: sent again at once, because the upstream had closed the idle connection
   * - `budget-exhausted`: not sent again, because the retry budget was empty
   */
  readonly decision: "retry" | "reused-socket" | "budget-exhausted";
  /** How the attempt failed. */
  readonly reason: FailureKind;
  /** How long the back-off lasts, ms. */
  readonly delayMs: number;
};

/**
 * A second attempt was started beside a slow one, answered first (`won`), or was due but not
 * allowed.
 */
export type HedgeEvent = OfOperation & {
  readonly decision: "started" | "won" | "limit-reached" | "budget-exhausted";
  /** The estimate of the upstream's 95th percentile after which the second attempt was due, ms. */
  readonly afterMs: number;
};

/** The three states of a circuit breaker. */
export type BreakerStateName = "closed" | "open" | "half-open";

/** A circuit breaker went from one state to another. */
export type BreakerChangeEvent = {
  readonly upstream: string;
  /** The operation whose broken contracts it counts; undefined for the upstream's own breaker. */
  readonly operation: string | undefined;
  readonly from: BreakerStateName;
  readonly to: BreakerStateName;
  /** How long it stays open, ms; only when it opens. */
  readonly openMs?: number | undefined;
};

/** What the cache did with a call of an operation that declares one. */
export type CacheVerdictEvent = OfOperation & {
  readonly verdict: CacheVerdict;
  /** Where the entry was: in this process's memory or in Redis. Undefined where there was none. */
  readonly level: "memory" | "redis" | undefined;
};

/** A call waited for a slot in the bulkhead and got one (`admitted`) or not. */
export type QueueWaitEvent = OfOperation & {
  readonly result: "admitted" | "overloaded" | "ended";
  readonly waitedMs: number;
};

/** One of several addresses is left out for a while (`ejected`) or taken back. */
export type EjectionEvent = {
  readonly upstream: string;
  readonly address: string;
  readonly change: "ejected" | "returned";
  /** For how long, ms; 0 for `returned`. */
  readonly forMs: number;
};

/**
 * An enum had a value that the contract does not list. `field` is a path of names, without indices.
 */
export type UnknownValueEvent = OfOperation & { readonly field: string };

/**
 * An answer breaks its contract and is used as it is (`validation: "report"`). `field` is a JSON
 * pointer, with `*` for any item of a list and any key of a map.
 */
export type ContractViolationEvent = OfOperation & { readonly field: string; readonly expected: string };

/** All events of an upstream, by name. */
export type UpstreamEventMap = {
  readonly attempt: AttemptEvent;
  readonly retry: RetryEvent;
  readonly hedge: HedgeEvent;
  readonly breakerChange: BreakerChangeEvent;
  readonly cacheVerdict: CacheVerdictEvent;
  readonly queueWait: QueueWaitEvent;
  readonly ejection: EjectionEvent;
  readonly unknownValue: UnknownValueEvent;
  readonly contractViolation: ContractViolationEvent;
};

/**
 * Listeners to an upstream's events. They must not throw, and must be quick: they run inside the
 * call.
 *
 * The same events go to the channels `triptych.upstream.<name>` of `node:diagnostics_channel`, for
 * listeners that cannot be passed in.
 */
export type UpstreamEvents = {
  readonly [Name in keyof UpstreamEventMap]?: (event: UpstreamEventMap[Name]) => void;
};

type EventName = keyof UpstreamEventMap;

/** The prefix of the channels' names: `triptych.upstream.attempt`, `triptych.upstream.retry`, … */
const CHANNEL_PREFIX = "triptych.upstream.";

/** Sends events to the upstream's own listeners and to the diagnostics channels. */
export class Telemetry {
  readonly #listeners: UpstreamEvents;
  readonly #channels: Readonly<Record<EventName, Channel>>;

  constructor(listeners: UpstreamEvents = {}) {
    this.#listeners = listeners;
    this.#channels = {
      attempt: channelOf("attempt"),
      retry: channelOf("retry"),
      hedge: channelOf("hedge"),
      breakerChange: channelOf("breakerChange"),
      cacheVerdict: channelOf("cacheVerdict"),
      queueWait: channelOf("queueWait"),
      ejection: channelOf("ejection"),
      unknownValue: channelOf("unknownValue"),
      contractViolation: channelOf("contractViolation"),
    };
  }

  /** Never throws: an error of a listener becomes an uncaught exception in a later microtask. */
  emit<Name extends EventName>(name: Name, event: UpstreamEventMap[Name]): void {
    try {
      this.#listeners[name]?.(event);
    } catch (error) {
      // As with a channel's subscriber: the process reports the bug, and the call still gets its
      // outcome.
      queueMicrotask(() => {
        throw error;
      });
    }
    const subscribers = this.#channels[name];
    if (subscribers.hasSubscribers) subscribers.publish(event);
  }
}

function channelOf(name: EventName): Channel {
  return channel(`${CHANNEL_PREFIX}${name}`);
}
