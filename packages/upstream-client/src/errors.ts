/**
 * How a call failed, as the screen that made it sees it:
 *
 * - `timeout`: the deadline passed first
 * - `unavailable`: refused, reset, cut off in the middle of the body, 5xx, or the breaker is open
 * - `invalid`: the answer broke the contract (wrong media type, not JSON, too large, a redirect, …)
 * - `rejected`: a 4xx
 * - `overloaded`: our own limit refused the call before it was sent
 * - `abandoned`: the client has gone away or the section has settled, so there is no reader for
 *   this error
 */
export type FailureKind = "timeout" | "unavailable" | "invalid" | "rejected" | "overloaded" | "abandoned";

/** Why an upstream refused a call, where a screen can do something about it. */
export type Rejection = "not-found" | "conflict" | "other";

/** What a call was doing when it failed. */
export type Phase = "credentials" | "queue" | "backoff" | "connect" | "headers" | "body";

/** What an `UpstreamError` is made from. */
export type FailureDetails = {
  readonly kind: FailureKind;
  readonly upstream: string;
  readonly operation: string;
  /**
   * What happened, for the log. It is never shown to a client and never quotes the upstream's body.
   */
  readonly reason: string;
  readonly phase?: Phase | undefined;
  /** The upstream's HTTP status, where one came. */
  readonly status?: number | undefined;
  /** With `rejected`: why. Default: by the status. */
  readonly rejection?: Rejection | undefined;
  /**
   * When to come back, ms: the upstream's `Retry-After`, or the time until an open breaker lets
   * calls through.
   */
  readonly retryAfterMs?: number | undefined;
  readonly cause?: unknown;
};

/**
 * A call to a domain service failed. `kind` decides what a screen does; `message` is for the log.
 */
export class UpstreamError extends Error {
  override readonly name = "UpstreamError";
  /** Stable, for logs and alerts: `UPSTREAM_TIMEOUT`, `UPSTREAM_UNAVAILABLE`, … */
  readonly code: `UPSTREAM_${Uppercase<FailureKind>}`;
  readonly kind: FailureKind;
  readonly upstream: string;
  readonly operation: string;
  readonly phase: Phase | undefined;
  readonly status: number | undefined;
  readonly rejection: Rejection | undefined;
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
    this.rejection =
      details.kind === "rejected" ? (details.rejection ?? rejectionOf(details.status)) : undefined;
    this.retryAfterMs = details.retryAfterMs;
  }
}

function rejectionOf(status: number | undefined): Rejection {
  if (status === 404) return "not-found";
  return status === 409 ? "conflict" : "other";
}

/** Whether a call to a domain service failed with this error. */
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
 * A call that must not be made: it has a path parameter, key or header that no service accepts.
 * Thrown before anything is sent. It is a bug of the screen, which should have refused the value,
 * but it never becomes a request to another path.
 */
export class InvalidCallError extends Error {
  override readonly name = "InvalidCallError";
  readonly code = "INVALID_CALL";
}
