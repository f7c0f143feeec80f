import { STATUS_CODES } from "node:http";
import type { ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { Clock } from "../clock.ts";
import type { Logger } from "../logging/logger.ts";
import type { Metrics } from "../metrics/metrics.ts";
import { problemBody } from "../problems/problems.ts";
import { LINGER_MS } from "../requests/limits.ts";
import { findRecord, layerEntry, nameLayer, newRequestId } from "../requests/record.ts";
import { HTTP_LIMITS } from "./listen.ts";

interface Refusal {
  /** The proxy's words for the same. */
  readonly by: "malformed" | "slow" | "size";
  readonly status: 400 | 408 | 414 | 431;
  readonly detail: string;
}

const MALFORMED: Refusal = { by: "malformed", status: 400, detail: "The request is not well-formed HTTP" };
const TOO_SLOW: Refusal = { by: "slow", status: 408, detail: "The request did not arrive in time" };
const NO_TUNNEL: Refusal = {
  by: "malformed",
  status: 400,
  detail: "CONNECT asks for a tunnel, and there is none here",
};
const TARGET_TOO_LONG: Refusal = { by: "size", status: 414, detail: "The request's target is too long" };
const HEADERS_TOO_LARGE: Refusal = { by: "size", status: 431, detail: "The request's headers are too large" };

/** An error of Node's parser, or of the connection. */
type ParserError = Error & { readonly code?: string; readonly rawPacket?: Buffer };

/** Where a refusal is logged and counted, and the layer that refuses. */
interface Tools {
  readonly name: string;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly clock: Clock;
}

/**
 * Answers what Node's parser refuses as a problem, without the parser's message, and closes the
 * connection. Requests that came whole before it are answered first: their work is done.
 *
 * @param answers those under way on this connection
 */
export function refuseMalformed(
  error: ParserError,
  socket: Duplex,
  answers: readonly ServerResponse[],
  tools: Tools,
): void {
  // The client has its answer, or has not even a TLS session: nothing to answer.
  if (FAILED_HANDSHAKE.test(error.code ?? "") || !socket.writable) {
    socket.destroy();
    return;
  }
  const broken = answers.find(({ req }) => !req.complete);
  const earlier = answers.filter((res) => res !== broken);
  const known = broken && findRecord(broken);
  if (broken === undefined || known === undefined) {
    // Whatever is broken was not begun: if it waits, it will not be.
    afterAnswers(earlier, socket, () => refuseRaw(refusalFor(error), socket, tools, error.code));
    return;
  }
  const leftMidBody = error.code === "HPE_INVALID_EOF_STATE";
  // Refused already in this turn: cutting now would lose that answer, which closes the connection.
  if (known.answered && !leftMidBody) return;
  if (leftMidBody || broken.headersSent) {
    afterAnswers(earlier, socket, () => socket.destroy());
    return;
  }
  // The handler waits for a body that will not come: its log line says what the client saw.
  const refusal = refusalFor(error);
  const body = bodyOf(refusal, known.requestId);
  broken.setHeaders(headersOf(body, known.requestId));
  nameLayer(broken, tools.name, refusal.by);
  broken.statusCode = refusal.status;
  broken.end(body);
}

/** OpenSSL's errors, and the end of the time for a handshake. */
const FAILED_HANDSHAKE = /^ERR_(?:SSL|TLS)_/;

/** Answers CONNECT, for which Node makes no response object and would close silently. */
export function refuseTunnel(socket: Duplex, answers: readonly ServerResponse[], tools: Tools): void {
  afterAnswers(answers, socket, () => refuseRaw(NO_TUNNEL, socket, tools));
}

/** Calls `then` once these answers are sent, if the connection is still open. */
function afterAnswers(answers: readonly ServerResponse[], socket: Duplex, then: () => void): void {
  let open = answers.length;
  const closed = (): void => {
    open -= 1;
    if (open <= 0 && socket.writable) then();
  };
  if (open === 0) closed();
  for (const res of answers) res.once("close", closed);
}

/** Writes the answer to the connection, since there is no response object; logs and counts it. */
function refuseRaw(
  refusal: Refusal,
  socket: Duplex,
  { name, logger, metrics, clock }: Tools,
  parserCode?: string,
): void {
  const { by, status } = refusal;
  const requestId = newRequestId();
  socket.end(rawAnswer(refusal, requestId, name));
  const cancel = clock.setTimer(LINGER_MS, () => socket.destroy(), "unref");
  socket.once("close", cancel);
  metrics.observeRequest(undefined, "none", status, 0);
  logger.info({ layer: name, refusedBy: by, requestId, screen: "none", status, parserCode }, "request");
}

function refusalFor({ code, rawPacket }: ParserError): Refusal {
  if (code === "HPE_HEADER_OVERFLOW") {
    // The first line has no end where the limit is: its target is what is too long.
    const start = rawPacket?.toString("latin1", 0, HTTP_LIMITS.maxHeaderSize) ?? "";
    return /^[A-Z]+ [^\n]*$/.test(start) ? TARGET_TOO_LONG : HEADERS_TOO_LARGE;
  }
  return code === "ERR_HTTP_REQUEST_TIMEOUT" ? TOO_SLOW : MALFORMED;
}

function bodyOf({ status, detail }: Refusal, requestId: string): Buffer {
  const problem = problemBody(
    { code: status === 414 ? "uri-too-long" : "invalid-request", detail },
    requestId,
  );
  const hasCode = problem.status === status;
  // Without a code it is `about:blank`, as the status says it all (RFC 9457, 4.2.1).
  const plain = { ...problem, type: "about:blank", title: STATUS_CODES[status], status };
  return Buffer.from(JSON.stringify(hasCode ? problem : plain));
}

function headersOf(body: Buffer, requestId: string): Map<string, string> {
  return new Map([
    ["Content-Type", "application/problem+json"],
    ["Content-Length", String(body.length)],
    ["Cache-Control", "no-store"],
    ["X-Content-Type-Options", "nosniff"],
    ["X-Request-Id", requestId],
    ["Connection", "close"],
  ]);
}

/** The bytes of a whole answer. */
function rawAnswer(refusal: Refusal, requestId: string, layer: string): Buffer {
  const body = bodyOf(refusal, requestId);
  const named = headersOf(body, requestId).set("Server-Timing", layerEntry(layer, refusal.by));
  const headers = Array.from(named, ([name, value]) => `${name}: ${value}\r\n`);
  const head = `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status]}\r\n${headers.join("")}\r\n`;
  return Buffer.concat([Buffer.from(head), body]);
}
