import { endedOutcome, failed } from "../call.ts";
import type { Send } from "../call.ts";
import { RETURN_TRIP_MS } from "../deadline.ts";
import { DEFAULT_MAX_STREAM_BYTES } from "../dialect/binary-answer.ts";
import type { Dialect } from "../dialect/dialect.ts";
import { checkStatuses } from "../dialect/statuses.ts";
import { Exchange } from "./exchange.ts";
import type { ExchangeOptions } from "./exchange.ts";
import { requestHeaders } from "./request-headers.ts";

const TOO_LATE = {
  kind: "timeout",
  phase: "queue",
  reason: `not sent: the deadline left less than ${RETURN_TRIP_MS} ms`,
} as const;

/** Larger answers are `invalid`, bytes: 1 MiB. A screen's data is a few KiB. */
const DEFAULT_MAX_RESPONSE_BYTES = 1_048_576;

type AttemptOptions = Dialect & { readonly maxResponseBytes?: number; readonly maxStreamBytes?: number };

type AttemptParts = Pick<ExchangeOptions, "upstream" | "addresses" | "clock" | "telemetry">;

/**
 * The innermost `Send`: one exchange with the upstream over one socket.
 *
 * @throws TypeError when the dialect asks for what cannot be sent
 */
export function attempt(dialect: AttemptOptions, parts: AttemptParts): Send {
  const { maxResponseBytes = DEFAULT_MAX_RESPONSE_BYTES, statuses, acceptEncoding } = dialect;
  const { maxStreamBytes = DEFAULT_MAX_STREAM_BYTES } = dialect;
  const { validation, formats } = dialect;
  checkStatuses(parts.upstream, statuses);
  const headers = requestHeaders(parts.upstream, dialect);
  const options = {
    ...parts,
    maxResponseBytes,
    maxStreamBytes,
    statuses,
    acceptEncoding,
    headers,
    strictness: { validation, formats },
  };
  return (call, done) => {
    if (call.deadline.ended !== undefined) return done(endedOutcome(call, call.deadline.ended));
    // No upstream could answer in time, so this must not count for the breaker.
    if (call.deadline.remainingMs() <= RETURN_TRIP_MS) return done(failed(call, TOO_LATE));
    new Exchange(options, call, done).begin();
  };
}
