import type { Random } from "./clock.ts";
import { TimedDeadline } from "./deadline.ts";
import type { Clock } from "./clock.ts";
import type { Deadline } from "./deadline.ts";
import { InvalidCallError } from "./errors.ts";
import type { FailureKind } from "./errors.ts";
import type { AttemptEvent } from "./events.ts";
import type { SharedCall } from "./rules/shared-call.ts";

/** Who asks, as the verified identity says, and what of their request travels to the domain services. */
export type Caller = {
  readonly userId: string;
  readonly requestId: string;
  /** Forwarded unchanged; absent where no gateway minted one. */
  readonly txnToken?: string | undefined;
  /** W3C trace context: 32 hex digits, and the flags that were received. */
  readonly traceId: string;
  readonly traceFlags: string;
  /**
   * What the user may do, where that differs between requests of one user (an OAuth `scope`, a session against an API key). Answers are
   * never shared between two of them.
   */
  readonly authority?: string | undefined;
};

/** Stale data stood in for a failed call: how old it is, and why. */
export type StaleUse = { readonly ageSeconds: number; readonly kind: FailureKind };

/** One client request: the caller, the deadline that all its calls share, and what has been asked already. */
export class RequestContext {
  readonly caller: Caller;
  readonly deadline: Deadline;
  readonly clock: Clock;
  readonly random: Random;
  /** The headers that every upstream request of this client request carries, flat: name, value, name, value. */
  readonly headers: readonly string[];
  /** Who asks, as a key: no two callers with the same one may be told apart by an upstream. */
  readonly identity: string;
  /** Calls made so far, by key: within one request the same call is one call. */
  readonly calls = new Map<string, SharedCall>();
  /** Attempts that left for an upstream so far. */
  upstreamCalls = 0;
  /** Those of them that have ended, for the request's line in the log. */
  readonly attempts: AttemptEvent[] = [];

  /** @throws InvalidCallError when a value of the caller cannot travel in a header */
  constructor(options: { caller: Caller; deadline: Deadline; clock: Clock; random: Random }) {
    const { caller } = options;
    checkCaller(caller);
    this.caller = caller;
    this.deadline = options.deadline;
    this.clock = options.clock;
    this.random = options.random;
    const headers = [
      "accept",
      "application/json",
      "x-user-id",
      caller.userId,
      "x-request-id",
      caller.requestId,
    ];
    if (caller.txnToken !== undefined) headers.push("txn-token", caller.txnToken);
    this.headers = headers;
    this.identity = `${caller.userId}\n${caller.authority ?? ""}`;
  }

  /** The id of a new child span of the request's: 16 hex digits. */
  newSpanId(): string {
    return `${hex32(this.random, 1)}${hex32(this.random, 0)}`;
  }

  /** A child span in the request's trace, as a `traceparent` value (W3C Trace Context level 1, section 3.2). */
  traceparent(spanId: string): string {
    const { traceId, traceFlags } = this.caller;
    return `00-${traceId}-${spanId}-${traceFlags}`;
  }
}

/**
 * The part of a request that one section works in: its deadline, and what it should own up to. Clients of domain services are
 * made for a scope, so that a section's shorter deadline reaches every call it makes.
 */
export class CallScope {
  readonly request: RequestContext;
  readonly deadline: Deadline;
  /** The oldest stale answer used in this scope, if any. */
  stale: StaleUse | undefined;
  readonly #ownDeadline: TimedDeadline | undefined;

  /** @param deadlineMs a shorter deadline than the request's, from now, in milliseconds */
  constructor(request: RequestContext, deadlineMs?: number) {
    this.request = request;
    this.#ownDeadline =
      deadlineMs === undefined ? undefined : new TimedDeadline(request.clock, deadlineMs, request.deadline);
    this.deadline = this.#ownDeadline ?? request.deadline;
  }

  usedStale(use: StaleUse): void {
    if (this.stale === undefined || use.ageSeconds > this.stale.ageSeconds) this.stale = use;
  }

  /** Stops the scope's own timer. */
  dispose(): void {
    this.#ownDeadline?.dispose();
  }
}

/** Visible ASCII and inner spaces: what a header can carry, and no line break, which separates the parts of keys. */
const HEADER_VALUE = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;

function checkCaller(caller: Caller): void {
  for (const name of ["userId", "requestId", "txnToken", "authority"] as const) {
    const value = caller[name];
    if (value === undefined || HEADER_VALUE.test(value)) continue;
    if (name === "authority" && value === "") continue;
    throw new InvalidCallError(
      `the caller's ${name} must be visible ASCII, got ${value.length} characters that are not all`,
    );
  }
}

/** 32 random bits as 8 hex digits; `least` keeps a span id from being all zeroes, which the format forbids. */
function hex32(random: Random, least: number): string {
  return Math.max(least, Math.floor(random() * 0x1_0000_0000))
    .toString(16)
    .padStart(8, "0");
}
