import { endedOutcome } from "../call.ts";
import type { Call, Outcome, Send, Wrapper } from "../call.ts";
import type { Clock, Random } from "../clock.ts";
import type { UpstreamError } from "../errors.ts";
import type { Operation } from "../operation.ts";
import { pause } from "./pause.ts";
import { RETURN_TRIP_MS } from "../wire/request-headers.ts";
import type { RetryBudget } from "./retry-budget.ts";
import type { Telemetry } from "../telemetry.ts";

export type RetryOptions = {
  /** How often a failed call may be sent again. Default 1: a screen's 800 ms hold no third attempt. */
  readonly max?: number;
  /** The shortest back-off, ms. Default 25: under it, whatever broke has not had time to mend. */
  readonly minBackoffMs?: number;
  /** The longest back-off, ms. Default 250. */
  readonly maxBackoffMs?: number;
};

export type RetryParts = {
  readonly clock: Clock;
  readonly random: Random;
  readonly budget: RetryBudget;
  readonly telemetry: Telemetry;
};

const DEFAULTS = { max: 1, minBackoffMs: 25, maxBackoffMs: 250 } as const satisfies Required<RetryOptions>;

/** Answers of something in front of the service, or of a service that says "not now": it did not do what was asked. */
const RETRYABLE_STATUSES = new Set([502, 503, 504]);

/**
 * Sends a failed call again where that is safe, likely to help, and within the budget that all calls of the upstream share.
 *
 * - Safe: a GET, or an operation declared idempotent, under the same `Idempotency-Key`. Never a PUT or a DELETE for its
 *   method's sake: see `Operation`.
 * - Likely to help: no connection, a reset before the response's headers, 502, 503 and 504. Never a time-out, nor an answer that came.
 * - The wait has full jitter between its bounds (Marc Brooker, "Exponential Backoff and Jitter", AWS, 2015). A `Retry-After`
 *   stands instead of it. A wait that the deadline does not leave time for is not begun.
 *
 * A GET on a reused connection that broke before a byte came is sent again at once, once, and without a token: the upstream had
 * closed an idle connection, so this is its first attempt (gRFC A6 calls this a transparent retry).
 */
export function retry(options: RetryOptions | false, parts: RetryParts): Wrapper {
  const limits = options === false ? { ...DEFAULTS, max: 0 } : { ...DEFAULTS, ...options };
  return (next) => (call) => {
    // The second attempt of a hedge is no call of its own.
    if (!call.mayRetry) return next(call);
    parts.budget.deposit();
    return isRepeatable(call.operation) ? sendRepeatedly(next, call, limits, parts) : next(call);
  };
}

async function sendRepeatedly(
  next: Send,
  call: Call,
  limits: Required<RetryOptions>,
  parts: RetryParts,
): Promise<Outcome> {
  let retriesLeft = limits.max;
  let mayReconnect = call.operation.method === "GET";
  for (;;) {
    const outcome = await next(call);
    if (outcome.ok) return outcome;

    const { error } = outcome;
    if (mayReconnect && outcome.reusedSocket && call.deadline.ended === undefined) {
      mayReconnect = false;
      tell(parts, call, error, "reused-socket", 0);
      continue;
    }
    if (retriesLeft === 0 || !mayHelp(error)) return outcome;
    const delayMs = error.retryAfterMs ?? backoff(limits, parts.random);
    if (delayMs + RETURN_TRIP_MS >= call.deadline.remainingMs()) return outcome;
    if (!parts.budget.tryWithdraw()) {
      tell(parts, call, error, "budget-exhausted", 0);
      return outcome;
    }
    retriesLeft -= 1;
    tell(parts, call, error, "retry", delayMs);
    call.progress.phase = "backoff";
    const ended = await pause(parts.clock, call.deadline, delayMs);
    if (ended !== undefined) return endedOutcome(call, ended);
  }
}

function isRepeatable(operation: Operation<unknown>): boolean {
  return operation.method === "GET" || operation.idempotent === true;
}

/** An open breaker has no status and no phase: asking it again would only cost time. */
function mayHelp({ kind, status, phase }: UpstreamError): boolean {
  if (kind !== "unavailable") return false;
  return status === undefined ? phase === "connect" || phase === "headers" : RETRYABLE_STATUSES.has(status);
}

function backoff({ minBackoffMs, maxBackoffMs }: Required<RetryOptions>, random: Random): number {
  return minBackoffMs + random() * (maxBackoffMs - minBackoffMs);
}

function tell(
  { telemetry }: RetryParts,
  call: Call,
  error: UpstreamError,
  decision: "retry" | "reused-socket" | "budget-exhausted",
  delayMs: number,
): void {
  const { upstream, operation } = call;
  telemetry.emit("retry", { upstream, operation: operation.name, decision, reason: error.kind, delayMs });
}
