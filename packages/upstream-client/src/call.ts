import type { CallScope } from "./context.ts";
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
  readonly scope: CallScope;
  /** When this call must have ended; a wrapper that shares the call among several waiters replaces it. */
  readonly deadline: Deadline;
  /** Same key, same answer: the user, the method and the target. */
  readonly key: string;
  /** What the call is doing now, so that whoever sees it end can say where it was. */
  readonly progress: { phase: Phase };
};

/** What became of a call. Partial failure is normal here, so it is returned, not thrown. */
export type Outcome =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: UpstreamError };

/** The one seam of this package: everything between a screen and a socket is a `Send`, or wraps one. It never rejects. */
export type Send = (call: Call) => Promise<Outcome>;

export type Wrapper = (next: Send) => Send;

export function failed(call: Call, details: Omit<FailureDetails, "upstream" | "operation">): Outcome {
  return {
    ok: false,
    error: new UpstreamError({ ...details, upstream: call.upstream, operation: call.operation.name }),
  };
}

/** The outcome of a call whose deadline ended, saying what it was doing. */
export function endedOutcome(call: Call, cause: EndCause): Outcome {
  const { phase } = call.progress;
  return cause === "deadline"
    ? failed(call, { kind: "timeout", phase, reason: `no answer within the deadline (${DOING[phase]})` })
    : failed(call, { kind: "abandoned", phase, reason: `the client is gone (${DOING[phase]})` });
}

const DOING = {
  queue: "waiting for a free place in the bulkhead",
  backoff: "waiting to try again",
  connect: "connecting",
  headers: "waiting for the response's headers",
  body: "reading the response's body",
} as const satisfies Record<Phase, string>;
