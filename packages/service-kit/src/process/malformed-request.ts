import type { ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { Clock } from "../clock.ts";
import type { Logger } from "../logging/logger.ts";
import type { Metrics } from "../metrics/metrics.ts";
import { problemBody } from "../problems/problems.ts";
import { sendProblem } from "../problems/send-problem.ts";
import { LINGER_MS } from "../requests/refuse.ts";
import { newRequestId } from "../requests/request-id.ts";

interface Refusal {
  readonly status: 400 | 408 | 431;
  readonly reason: string;
  readonly detail: string;
}

const MALFORMED: Refusal = {
  status: 400,
  reason: "Bad Request",
  detail: "The request is not well-formed HTTP",
};
const TOO_SLOW: Refusal = {
  status: 408,
  reason: "Request Timeout",
  detail: "The request did not arrive in time",
};
const HEADERS_TOO_LARGE: Refusal = {
  status: 431,
  reason: "Request Header Fields Too Large",
  detail: "The request's headers are too large",
};

/**
 * Answers what Node's parser refuses, as a problem and without a word of the parser's, and closes the
 * connection.
 *
 * @param answering the answer under way on this connection, if there is one
 */
export function refuseMalformed(
  error: Error & { readonly code?: string },
  socket: Duplex,
  answering: ServerResponse | undefined,
  { logger, metrics, clock }: { logger: Logger; metrics: Metrics; clock: Clock },
): void {
  // The client is gone, or has its answer already: not an error of anybody's.
  if (error.code === "ECONNRESET" || !socket.writable || answering?.headersSent === true) {
    socket.destroy();
    return;
  }
  const refusal = refusalFor(error.code);
  if (answering !== undefined && refusal.status === 400) {
    answering.setHeader("Connection", "close");
    sendProblem(answering.req, answering, { code: "invalid-request", detail: refusal.detail });
    return;
  }
  const requestId = newRequestId();
  socket.end(rawAnswer(refusal, requestId));
  const cancel = clock.after(LINGER_MS, () => socket.destroy());
  socket.once("close", cancel);
  if (answering !== undefined) return;
  metrics.observeRequest(undefined, "none", refusal.status, 0);
  logger.info({ requestId, screen: "none", status: refusal.status, parserCode: error.code }, "request");
}

function refusalFor(code: string | undefined): Refusal {
  if (code === "HPE_HEADER_OVERFLOW") return HEADERS_TOO_LARGE;
  return code === "ERR_HTTP_REQUEST_TIMEOUT" ? TOO_SLOW : MALFORMED;
}

/** There is no response object yet: the bytes of a whole answer. */
function rawAnswer({ status, reason, detail }: Refusal, requestId: string): string {
  const invalid = problemBody({ code: "invalid-request", detail }, requestId);
  // Our codes have no 408 and 431: they say no more than the status does (RFC 9457, section 4.2.1).
  const body = JSON.stringify(
    status === 400 ? invalid : { ...invalid, type: "about:blank", title: reason, status },
  );
  return [
    `HTTP/1.1 ${status} ${reason}`,
    "Content-Type: application/problem+json",
    `Content-Length: ${Buffer.byteLength(body)}`,
    "Cache-Control: no-store",
    "X-Content-Type-Options: nosniff",
    `X-Request-Id: ${requestId}`,
    "Connection: close",
    "",
    body,
  ].join("\r\n");
}
