/**
 * What can go wrong with a call, seen from the screen that made it:
 *
 * - `timeout`: the deadline passed first
 * - `unavailable`: refused, reset, cut in the middle of the body, 5xx, open breaker
 * - `invalid`: an answer came and broke the contract (wrong media type, not JSON, too large, a redirect, …)
 * - `rejected`: a 4xx
 * - `overloaded`: our own limit refused the call before it left
 * - `abandoned`: the client that asked has gone away; nobody is left to read this error
 */
export type FailureKind = "timeout" | "unavailable" | "invalid" | "rejected" | "overloaded" | "abandoned";

/** Where a call was when it failed. */
export type Phase = "queue" | "backoff" | "connect" | "headers" | "body";

export type FailureDetails = {
  readonly kind: FailureKind;
  readonly upstream: string;
  readonly operation: string;
  /** What happened, for the log: never shown to a client, never holds the upstream's body. */
  readonly reason: string;
  readonly phase?: Phase | undefined;
  /** The upstream's HTTP status, where one came. */
  readonly status?: number | undefined;
  /** The upstream's `Retry-After`, in milliseconds, where one came with a 429 or 503. */
  readonly retryAfterMs?: number | undefined;
  readonly cause?: unknown;
};

/** A call to a domain service failed. `kind` decides what a screen makes of it; `message` is for the log. */
export class UpstreamError extends Error {
  override readonly name = "UpstreamError";
  /** Stable, for logs and alerts: `UPSTREAM_TIMEOUT`, `UPSTREAM_UNAVAILABLE`, … */
  readonly code: `UPSTREAM_${Uppercase<FailureKind>}`;
  readonly kind: FailureKind;
  readonly upstream: string;
  readonly operation: string;
  readonly phase: Phase | undefined;
  readonly status: number | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(details: FailureDetails) {
    super(
      `${details.upstream} ${details.operation}: ${details.reason}`,
      details.cause === undefined ? undefined : { cause: details.cause },
    );
    this.code = FAILURE_CODES[details.kind];
    this.kind = details.kind;
    this.upstream = details.upstream;
    this.operation = details.operation;
    this.phase = details.phase;
    this.status = details.status;
    this.retryAfterMs = details.retryAfterMs;
  }
}

export function isUpstreamError(error: unknown): error is UpstreamError {
  return error instanceof UpstreamError;
}

const FAILURE_CODES = {
  timeout: "UPSTREAM_TIMEOUT",
  unavailable: "UPSTREAM_UNAVAILABLE",
  invalid: "UPSTREAM_INVALID",
  rejected: "UPSTREAM_REJECTED",
  overloaded: "UPSTREAM_OVERLOADED",
  abandoned: "UPSTREAM_ABANDONED",
} as const satisfies Record<FailureKind, string>;

/**
 * A call that must not be made: a path parameter, key or header that no service accepts. Thrown before anything is sent.
 * The screen should have refused the value before; that it did not is a bug there, but never a request to another path.
 */
export class InvalidCallError extends Error {
  override readonly name = "InvalidCallError";
  readonly code = "INVALID_CALL";
}
