import { endedOutcome } from "../call.ts";
import type { Call, Outcome, Send, Wrapper } from "../call.ts";
import type { Clock, Random } from "../clock.ts";
import { RETURN_TRIP_MS } from "../deadline.ts";
import type { Deadline, EndCause } from "../deadline.ts";
import type { UpstreamError } from "../errors.ts";
import type { RetryEvent, Telemetry } from "../events.ts";
import type { Operation } from "../operation.ts";
import type { RetryBudget } from "./retry-budget.ts";

/** How often, and how soon, a failed call is sent again. */
export type RetryOptions = {
  /** Retries per call. Default 1: a third attempt does not fit in a screen's 800 ms. */
  readonly max?: number;
  /** The shortest back-off, ms. Default 25: any sooner, the fault is most likely still there. */
  readonly minBackoffMs?: number;
  /** The longest back-off, ms. Default 250. */
  readonly maxBackoffMs?: number;
};

type RetryParts = {
  readonly clock: Clock;
  readonly random: Random;
  readonly budget: RetryBudget;
  readonly telemetry: Telemetry;
};

const DEFAULTS = { max: 1, minBackoffMs: 25, maxBackoffMs: 250 } as const satisfies Required<RetryOptions>;

/** A proxy answered for the service, or the service said "not now": the work was not done. */
const RETRYABLE_STATUSES = new Set([502, 503, 504]);

/**
 * Sends a failed call again where that is safe, likely to help, and within the upstream's budget.
 *
 * - Safe: a GET, or an operation that is declared idempotent, under the same `Idempotency-Key`. A
 *   PUT or DELETE is not safe because of its method: see `Operation.idempotent`.
 * - Likely to help: after no connection, a reset before the response's headers, 502, 503 and 504.
 *   Never after a time-out or any other status.
 * - The wait has full jitter between its bounds (Marc Brooker, "Exponential Backoff and Jitter",
 *   AWS, 2015). A `Retry-After` replaces it. A wait that does not fit in the deadline is not
 *   started.
 *
 * If a reused connection breaks before the first byte, a GET is sent again at once. That happens
 * only once and costs no token: the upstream had closed an idle connection, so this is really the
 * call's first attempt (gRFC A6 calls it a transparent retry).
 */
export function retry(options: RetryOptions | false, parts: RetryParts): Wrapper {
  const limits = options === false ? { ...DEFAULTS, max: 0 } : { ...DEFAULTS, ...options };
  return (next) => {
    const sendRepeatedly = repeater(limits, parts, next);
    return (call, done) => {
      // The second attempt of a hedge is not a call of its own.
      if (!call.mayRetry) return next(call, done);
      parts.budget.deposit();
      if (isRepeatable(call.operation)) sendRepeatedly(call, done);
      else next(call, done);
    };
  };
}

function repeater(limits: Required<RetryOptions>, parts: RetryParts, next: Send): Send {
  return (call, done) => {
    let retriesLeft = limits.max;
    let mayReconnect = call.operation.method === "GET";

    const onOutcome = (outcome: Outcome): void => {
      if (outcome.ok) return done(outcome);
      const { error } = outcome;
      if (mayReconnect && outcome.reusedSocket && call.deadline.ended === undefined) {
        mayReconnect = false;
        report(parts, call, error, "reused-socket", 0);
        return next(call, onOutcome);
      }
      if (retriesLeft === 0 || !mayHelp(error)) return done(outcome);
      const delayMs = error.retryAfterMs ?? backoff(limits, parts.random);
      if (delayMs + RETURN_TRIP_MS >= call.deadline.remainingMs()) return done(outcome);
      if (!parts.budget.tryWithdraw()) {
        report(parts, call, error, "budget-exhausted", 0);
        return done(outcome);
      }
      retriesLeft -= 1;
      report(parts, call, error, "retry", delayMs);
      call.progress.phase = "backoff";
      pause(parts.clock, call.deadline, delayMs, (ended) =>
        ended === undefined ? next(call, onOutcome) : done(endedOutcome(call, ended)),
      );
    };
    next(call, onOutcome);
  };
}

function isRepeatable(operation: Operation<unknown>): boolean {
  return operation.method === "GET" || operation.idempotent === true;
}

/** An open breaker's failure has neither status nor phase: another try would only cost time. */
function mayHelp({ kind, status, phase }: UpstreamError): boolean {
  if (kind !== "unavailable") return false;
  return status === undefined ? phase === "connect" || phase === "headers" : RETRYABLE_STATUSES.has(status);
}

function backoff({ minBackoffMs, maxBackoffMs }: Required<RetryOptions>, random: Random): number {
  return minBackoffMs + random() * (maxBackoffMs - minBackoffMs);
}

/**
 * Waits until `ms` milliseconds have passed or the deadline ends.
 *
 * @param onEnd gets undefined after the whole wait, or why the deadline ended
 */
function pause(
  clock: Clock,
  deadline: Deadline,
  ms: number,
  onEnd: (ended: EndCause | undefined) => void,
): void {
  if (deadline.ended !== undefined) return onEnd(deadline.ended);
  const cancelTimer = clock.setTimer(ms, () => {
    deadline.remove(listener);
    onEnd(undefined);
  });
  const listener = {
    onEnd(cause: EndCause) {
      cancelTimer();
      onEnd(cause);
    },
  };
  deadline.add(listener);
}

function report(
  { telemetry }: RetryParts,
  call: Call,
  error: UpstreamError,
  decision: RetryEvent["decision"],
  delayMs: number,
): void {
  const { upstream, operation } = call;
  telemetry.emit("retry", { upstream, operation: operation.name, decision, reason: error.kind, delayMs });
}
