import type { Address } from "./wire/addresses.ts";
import type { Headers } from "./wire/classify.ts";
import type { CallScope, StaleUse } from "./context.ts";
import type { Deadline, EndCause } from "./deadline.ts";
import { UpstreamError } from "./errors.ts";
import type { FailureDetails, Phase } from "./errors.ts";
import type { Operation } from "./operation.ts";

/** One call on its way down through the wrappers: everything is checked and encoded already. */
export type Call = {
  readonly upstream: string;
  readonly operation: Operation<unknown>;
  /** Path and query, percent-encoded. */
  readonly target: string;
  /** JSON text. */
  readonly body: string | undefined;
  readonly idempotencyKey: string | undefined;
  /** The condition of a revalidation; the answer may then be a 304. */
  readonly validators: Validators | undefined;
  readonly scope: CallScope;
  /** When this call must have ended; a wrapper that shares the call among several waiters replaces it. */
  readonly deadline: Deadline;
  /** Same key, same answer: the user, what they may do, the method and the target. */
  readonly key: string;
  /** False for the second attempt of a hedge, which is an extra already. */
  readonly mayRetry: boolean;
  readonly progress: Progress;
};

/** What a call is doing now, so that whoever sees it end can say where it was. */
export type Progress = {
  phase: Phase;
  /** Where its last attempt went. */
  address: Address | undefined;
};

/** RFC 9110, section 13.1: the stored answer's, to ask whether it still holds. */
export type Validators = { readonly etag: string | undefined; readonly lastModified: string | undefined };

/** What became of a call. Partial failure is normal here, so it is returned, not thrown. */
export type Outcome = Success | Failure;

export type Success = {
  readonly ok: true;
  readonly value: unknown;
  /** What a cache must know of the response; only for an operation that declares one. */
  readonly response: CacheableResponse | undefined;
  /** The answer is old and stands in for one that failed. */
  readonly stale: StaleUse | undefined;
};

export type Failure = {
  readonly ok: false;
  readonly error: UpstreamError;
  /** The upstream closed an idle connection at the moment that it was used: nobody's fault, and nothing was answered. */
  readonly reusedSocket: boolean;
};

export type CacheableResponse = {
  /** 304 has no value: the stored one still holds. */
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
};

/** The one seam of this package: everything between a screen and a socket is a `Send`, or wraps one. It never rejects. */
export type Send = (call: Call) => Promise<Outcome>;

export type Wrapper = (next: Send) => Send;

export function failed(
  call: Call,
  details: Omit<FailureDetails, "upstream" | "operation">,
  reusedSocket = false,
): Failure {
  const error = new UpstreamError({ ...details, upstream: call.upstream, operation: call.operation.name });
  return { ok: false, error, reusedSocket };
}

/** The outcome of a call whose deadline ended, saying what it was doing. */
export function endedOutcome(call: Call, cause: EndCause): Failure {
  const { phase } = call.progress;
  return cause === "deadline"
    ? failed(call, { kind: "timeout", phase, reason: `no answer within the deadline (${DOING[phase]})` })
    : failed(call, { kind: "abandoned", phase, reason: `the client is gone (${DOING[phase]})` });
}

/**
 * Whether an outcome tells against the upstream's health: 5xx, time-outs, broken connections, broken contracts. Undefined where
 * it tells nothing: the client left, our own limit kept the call from leaving, or only an idle socket had gone.
 */
export function tellsAgainst(outcome: Outcome): boolean | undefined {
  if (outcome.ok) return false;
  const { kind, phase } = outcome.error;
  if (kind === "rejected") return false;
  if (kind === "abandoned" || kind === "overloaded" || phase === "queue" || outcome.reusedSocket)
    return undefined;
  return true;
}

const DOING = {
  queue: "waiting for a free place in the bulkhead",
  backoff: "waiting to try again",
  connect: "connecting",
  headers: "waiting for the response's headers",
  body: "reading the response's body",
} as const satisfies Record<Phase, string>;
