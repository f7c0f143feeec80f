import type { Clock, Random } from "./clock.ts";
import { TimedDeadline } from "./deadline.ts";
import type { Deadline } from "./deadline.ts";
import { InvalidCallError } from "./errors.ts";
import type { FailureKind, UpstreamError } from "./errors.ts";
import type { AttemptEvent } from "./events.ts";
import type { CallTrace } from "./trace.ts";

/**
 * Who asks, from the verified identity, and what of their request travels to the domain services.
 */
export type Caller = {
  /** Undefined for a visitor without a login: then nothing is sent, kept or shared as a user's. */
  readonly userId: string | undefined;
  readonly requestId: string;
  /** Forwarded unchanged; undefined where the gateway minted none. */
  readonly txnToken?: string | undefined;
  /** W3C trace context: 32 hex digits. */
  readonly traceId: string;
  /** W3C trace context: two hex digits, as received. */
  readonly traceFlags: string;
  /** W3C trace context: the caller's valid `tracestate`, forwarded unchanged. */
  readonly traceState?: string | undefined;
  /**
   * What the user may do, where that differs between requests of one user (an OAuth `scope`, a
   * session or an API key). Answers are never shared between two different authorities.
   */
  readonly authority?: string | undefined;
  /** What else the login says of the user: for screens and `authenticate`. No service gets it. */
  readonly claims?: Readonly<Record<string, unknown>> | undefined;
};

/**
 * A stale answer replaced a failed call: how old the answer is, in whole seconds, and why the call
 * failed.
 */
export type StaleUse = { readonly ageSeconds: number; readonly kind: FailureKind };

/** One client request: the caller, the deadline that all its calls share, and its calls so far. */
export class RequestContext {
  readonly caller: Caller;
  readonly deadline: Deadline;
  readonly clock: Clock;
  readonly random: Random;
  /**
   * The caller as a part of keys. Requests with the same key may share answers. A visitor is known
   * by nothing, so no two requests of visitors have the same.
   */
  readonly callerKey: string;
  /**
   * The calls made so far, by key. Only `oncePerRequest` knows what they are; whoever ends the
   * request clears them.
   */
  readonly calls = new Map<string, object>();
  /**
   * How many calls may be sent before it is told; further ones, from twice as many, are refused.
   */
  readonly callBudget: number | undefined;
  /** Calls that no cache answered and that joined no other, so far. Retries and hedges are none. */
  sentCalls = 0;
  /** Attempts sent to an upstream so far. */
  upstreamCalls = 0;
  /** The attempts that have ended, for the request's line in the log. */
  readonly attempts: AttemptEvent[] = [];
  /** Its calls in detail; undefined unless its trace is recorded. */
  readonly traced: CallTrace[] | undefined;

  /** @throws InvalidCallError when a value of the caller cannot be sent in a header */
  constructor(options: {
    caller: Caller;
    deadline: Deadline;
    clock: Clock;
    random: Random;
    callBudget?: number | undefined;
  }) {
    const { caller } = options;
    checkCaller(caller);
    this.caller = caller;
    this.deadline = options.deadline;
    this.clock = options.clock;
    this.random = options.random;
    this.callBudget = options.callBudget;
    // Bit 0 of the flags: "sampled" (W3C Trace Context, section 3.2.2.5.1).
    this.traced = (Number.parseInt(caller.traceFlags, 16) & 1) === 1 ? [] : undefined;
    const { userId } = caller;
    this.callerKey = userId === undefined ? `\n${caller.requestId}` : `${userId}\n${caller.authority ?? ""}`;
  }

  /** The id of a new child span of the request's span: 16 hex digits. */
  newSpanId(): string {
    // At least 1, because the format forbids a span id of all zeroes.
    SPAN_ID.writeUInt32BE(Math.max(1, bits32(this.random)), 0);
    SPAN_ID.writeUInt32BE(bits32(this.random), 4);
    return SPAN_ID.toString("hex");
  }

  /** The `traceparent` of a child span (W3C Trace Context level 1, section 3.2). */
  traceparent(spanId: string): string {
    const { traceId, traceFlags } = this.caller;
    return `00-${traceId}-${spanId}-${traceFlags}`;
  }
}

/**
 * The part of a request that one section of a screen works in. Clients of domain services are made
 * for a scope, so a section's shorter deadline applies to every call that the section makes.
 */
export class CallScope {
  readonly request: RequestContext;
  readonly deadline: Deadline;
  /** The name of the section that works in it, for the trace. */
  readonly section: string | undefined;
  /** The oldest stale answer used in this scope, if any. */
  stale: StaleUse | undefined;
  /** Why items of a list were left out, if any were: they broke the contract. */
  leftOut: UpstreamError | undefined;
  /** The first broken contract of an answer that was used as it is, if there was one. */
  broken: UpstreamError | undefined;
  readonly #ownDeadline: TimedDeadline | undefined;

  /**
   * @param deadlineMs a shorter deadline than the parent's, from now, in milliseconds
   * @param section the section's name, for the trace
   * @param parent what this scope ends with: the request, unless it is a part of another scope
   */
  constructor(
    request: RequestContext,
    deadlineMs?: number,
    section?: string,
    parent: Deadline = request.deadline,
  ) {
    this.request = request;
    this.section = section;
    this.#ownDeadline =
      deadlineMs === undefined ? undefined : new TimedDeadline(request.clock, deadlineMs, parent);
    this.deadline = this.#ownDeadline ?? parent;
  }

  /** A scope inside this one, which ends with it at the latest. */
  part(deadlineMs: number | undefined): CallScope {
    return new CallScope(this.request, deadlineMs, this.section, this.deadline);
  }

  /** Notes that a stale answer was used. The scope keeps the oldest. */
  usedStale(use: StaleUse): void {
    if (this.stale === undefined || use.ageSeconds > this.stale.ageSeconds) this.stale = use;
  }

  /** Notes that items of a list were left out. The scope keeps the first reason. */
  lacks(error: UpstreamError): void {
    this.leftOut ??= error;
  }

  /** Notes that an answer was used although it breaks its contract. The scope keeps the first. */
  usedBroken(error: UpstreamError): void {
    this.broken ??= error;
  }

  /**
   * The scope's work is done. With a deadline of its own, the calls that still run are abandoned;
   * without one they end with what is around it.
   */
  dispose(): void {
    this.#ownDeadline?.dispose();
  }
}

/** Visible ASCII with inner spaces. No line break: line breaks separate the parts of a key. */
const HEADER_VALUE = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;

function checkCaller(caller: Caller): void {
  for (const name of ["userId", "requestId", "txnToken", "authority", "traceState"] as const) {
    const value = caller[name];
    if (value === undefined || HEADER_VALUE.test(value)) continue;
    if (name === "authority" && value === "") continue;
    throw new InvalidCallError(
      `the caller's ${name} must be visible ASCII, but one of its ${value.length} characters is not`,
    );
  }
}

/** One for all ids: a number's `toString(16)` takes six times as long. */
const SPAN_ID = Buffer.alloc(8);

function bits32(random: Random): number {
  return Math.floor(random() * 0x1_0000_0000);
}
