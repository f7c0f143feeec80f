import type { CallScope, StaleUse } from "./context.ts";
import type { Deadline, EndCause } from "./deadline.ts";
import { UpstreamError } from "./errors.ts";
import type { FailureDetails, Phase } from "./errors.ts";
import type { RequestBody } from "./dialect/request-body.ts";
import type { Operation } from "./operation.ts";
import type { CallTrace } from "./trace.ts";
import type { Address } from "./wire/addresses.ts";
import type { ReceivedHeaders } from "./dialect/headers.ts";

/** One call on its way down through the wrappers. Its input is already checked and encoded. */
export type Call = {
  readonly upstream: string;
  readonly operation: Operation<unknown>;
  /** Path and query, percent-encoded. */
  readonly target: string;
  readonly body: RequestBody | undefined;
  /** Header parameters, flat; a part of the key. */
  readonly headers?: readonly string[] | undefined;
  /** Whether the answer's headers are wanted. */
  readonly tellsHeaders?: boolean | undefined;
  readonly idempotencyKey: string | undefined;
  /** Headers, flat, by which the upstream knows who calls. They never go into a message or key. */
  readonly credentials?: readonly string[] | undefined;
  /** Makes the call a conditional request, whose answer may be a 304. */
  readonly validators: Validators | undefined;
  readonly scope: CallScope;
  /** When this call must end. A wrapper that shares one call among several waiters replaces it. */
  readonly deadline: Deadline;
  /** Two calls with the same key get the same answer: same caller, operation and target. */
  readonly key: string;
  /** False for the second attempt of a hedge, which is already an extra one. */
  readonly mayRetry: boolean;
  readonly progress: Progress;
  /** Undefined unless the request's trace is recorded. */
  readonly trace: CallTrace | undefined;
};

/** What a call is doing now. It is mutable, so that an error can say where the call was. */
export type Progress = {
  phase: Phase;
  /** Where its last attempt went. */
  address: Address | undefined;
};

/** The stored answer's validators, for a conditional request (RFC 9110, section 13.1). */
export type Validators = { readonly etag: string | undefined; readonly lastModified: string | undefined };

/** The result of a call. Partial failure is normal here, so it is returned and not thrown. */
export type Outcome = Success | Failure;

/** The upstream answered, or the cache did. */
export type Success = {
  readonly ok: true;
  readonly value: unknown;
  /**
   * What the cache, or a caller who wants headers, needs to know of the response. Undefined for
   * other calls.
   */
  readonly response: CacheableResponse | undefined;
  /** Set when a call failed and this older answer replaces it. */
  readonly stale: StaleUse | undefined;
};

/** The call failed. */
export type Failure = {
  readonly ok: false;
  readonly error: UpstreamError;
  /**
   * The upstream closed an idle connection just as we used it. Nothing was answered, and it is no
   * sign of ill health.
   */
  readonly reusedSocket: boolean;
  /** The answer's headers, where one came and the caller wants them. */
  readonly headers?: ReceivedHeaders | undefined;
};

/** A response as the cache sees it. */
export type CacheableResponse = {
  /** A 304 has no value: the stored one is still valid. */
  readonly status: number;
  readonly headers: ReceivedHeaders;
  readonly body: Buffer;
};

/** Called once, with what became of a call; perhaps before `Send` returns. It must not throw. */
export type Done = (outcome: Outcome) => void;

/**
 * The one seam of this package: everything between a screen and a socket is a `Send` or wraps one.
 * It calls back: a promise per wrapper made a page a tenth dearer. `Upstream.call` makes the only
 * one.
 */
export type Send = (call: Call, done: Done) => void;

/** A rule: takes the `Send` below it and returns one that applies the rule. */
export type Wrapper = (next: Send) => Send;

/** Makes the failure of a call; upstream and operation are filled in from the call. */
export function failed(
  call: Call,
  details: Omit<FailureDetails, "upstream" | "operation">,
  reusedSocket = false,
): Failure {
  const error = new UpstreamError({ ...details, upstream: call.upstream, operation: call.operation.name });
  return { ok: false, error, reusedSocket };
}

/** The outcome of a call whose deadline ended. It says what the call was doing. */
export function endedOutcome(call: Call, cause: EndCause): Failure {
  const { phase } = call.progress;
  return cause === "deadline"
    ? failed(call, { kind: "timeout", phase, reason: `no answer within the deadline (${DOING[phase]})` })
    : failed(call, {
        kind: "abandoned",
        phase,
        reason: `its answer is not needed any more (${DOING[phase]})`,
      });
}

/**
 * What an outcome says about the upstream:
 *
 * - `answered`: a success, or a 4xx
 * - `failed`: 5xx, a time-out or a broken connection, perhaps only for what this call asks for
 * - `unreachable`: no connection, which no call can be the cause of
 * - `invalid`: an answer that breaks the operation's contract
 */
export type Health = "answered" | "failed" | "unreachable" | "invalid";

/**
 * @returns undefined when it says nothing about the upstream: the client left, our own limit kept
 * the call from leaving, or only an idle socket was gone
 */
export function healthOf(outcome: Outcome): Health | undefined {
  if (outcome.ok) return "answered";
  const { kind, phase } = outcome.error;
  if (kind === "rejected") return "answered";
  if (kind === "invalid") return "invalid";
  if (kind === "abandoned" || kind === "overloaded" || neverSent(phase) || outcome.reusedSocket)
    return undefined;
  return kind === "unavailable" && phase === "connect" ? "unreachable" : "failed";
}

/** Whether an unsafe call took effect, or may have: not if it was refused or never sent. */
export function mayHaveTakenEffect(outcome: Outcome): boolean {
  if (outcome.ok) return true;
  const { kind, phase } = outcome.error;
  if (kind === "rejected" || kind === "overloaded") return false;
  return phase !== undefined && !neverSent(phase) && phase !== "connect";
}

function neverSent(phase: Phase | undefined): boolean {
  return phase === "queue" || phase === "credentials";
}

const DOING = {
  credentials: "waiting for its credentials",
  queue: "waiting for a free slot in the bulkhead",
  backoff: "waiting to try again",
  connect: "connecting",
  headers: "waiting for the response's headers",
  body: "reading the response's body",
} as const satisfies Record<Phase, string>;
