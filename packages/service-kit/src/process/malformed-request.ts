import type { ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { Clock } from "../clock.ts";
import type { Logger } from "../logging/logger.ts";
import type { Metrics } from "../metrics/metrics.ts";
import { problemBody } from "../problems/problems.ts";
import { findRecord } from "../requests/record.ts";
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
  // The client is gone (the last: in the middle of its body), or has its answer already: nobody's error.
  const gone = error.code === "ECONNRESET" || !socket.writable;
  const leftMidBody = error.code === "HPE_INVALID_EOF_STATE" && answering !== undefined;
  if (gone || leftMidBody || answering?.headersSent === true) {
    socket.destroy();
    return;
  }
  const refusal = refusalFor(error.code);
  if (answering === undefined) {
    const requestId = newRequestId();
    socket.end(rawAnswer(refusal, requestId));
    const cancel = clock.after(LINGER_MS, () => socket.destroy());
    socket.once("close", cancel);
    metrics.observeRequest(undefined, "none", refusal.status, 0);
    logger.info({ requestId, screen: "none", status: refusal.status, parserCode: error.code }, "request");
    return;
  }
  // The handler waits for a body that is not coming any more: its log line is to say what the client saw.
  const requestId = findRecord(answering)?.requestId ?? newRequestId();
  const body = bodyOf(refusal, requestId);
  for (const [name, value] of headersOf(body, requestId)) answering.setHeader(name, value);
  answering.statusCode = refusal.status;
  answering.end(body);
}

function refusalFor(code: string | undefined): Refusal {
  if (code === "HPE_HEADER_OVERFLOW") return HEADERS_TOO_LARGE;
  return code === "ERR_HTTP_REQUEST_TIMEOUT" ? TOO_SLOW : MALFORMED;
}

function bodyOf({ status, reason, detail }: Refusal, requestId: string): Buffer {
  const invalid = problemBody({ code: "invalid-request", detail }, requestId);
  // Our codes have no 408 and 431: these say no more than their status does (RFC 9457, section 4.2.1).
  const plain = { ...invalid, type: "about:blank", title: reason, status };
  return Buffer.from(JSON.stringify(status === 400 ? invalid : plain));
}

function headersOf(body: Buffer, requestId: string): readonly (readonly [string, string])[] {
  return [
    ["Content-Type", "application/problem+json"],
    ["Content-Length", String(body.length)],
    ["Cache-Control", "no-store"],
    ["X-Content-Type-Options", "nosniff"],
    ["X-Request-Id", requestId],
    ["Connection", "close"],
  ];
}

/** There is no response object yet: the bytes of a whole answer. */
function rawAnswer(refusal: Refusal, requestId: string): Buffer {
  const body = bodyOf(refusal, requestId);
  const headers = headersOf(body, requestId).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `HTTP/1.1 ${refusal.status} ${refusal.reason}\r\n${headers.join("")}\r\n`;
  return Buffer.concat([Buffer.from(head), body]);
}
