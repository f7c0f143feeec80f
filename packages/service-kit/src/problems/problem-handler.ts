import type { Request } from "express";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Logger } from "../logging/logger.ts";
import { findRecord } from "../requests/record.ts";
import { errorOf } from "./error-of.ts";
import { ProblemError, isProblemSource } from "./problems.ts";
import type { Problem } from "./problems.ts";
import { sendProblem } from "./send-problem.ts";
import type { ProblemPage } from "./send-problem.ts";

const INTERNAL: Problem = { code: "internal", detail: "Something went wrong on our side" };
const NO_SUCH_PATH: Problem = { code: "not-found", detail: "There is nothing at this address" };

/**
 * The last error middleware of an Express app. A client's mistake and an error that carries a
 * problem are answered as such; anything else is our bug: logged with its stack, answered as
 * `internal`.
 *
 * @param options.page for an app that serves people: what a client that prefers `text/html` gets
 *   instead of JSON
 */
export function problemHandler({ logger, page }: { readonly logger: Logger; readonly page?: ProblemPage }) {
  // Express tells an error middleware by its four parameters.
  return function handleProblem(thrown: unknown, req: Request, res: ServerResponse, _next: unknown): void {
    const error = errorOf(thrown);
    const gone = res.destroyed || req.socket.destroyed;
    const found = classify(error, gone);
    if (found === "bug") {
      const of = findRecord(res);
      logger.error({ requestId: of?.requestId, traceId: of?.trace.traceId, err: error }, "unhandled error");
    }
    if (gone || found === "client-gone") {
      res.destroy();
      return;
    }
    const forPeople = page !== undefined && req.accepts(["application/json", "text/html"]) === "text/html";
    sendProblem(req, res, found === "bug" ? INTERNAL : found, forPeople ? page : undefined);
  };
}

/**
 * Refuses every path that no route knows. Mount it after all routes, and `problemHandler`, which
 * answers, after it.
 */
export function notFoundHandler(
  _req: IncomingMessage,
  _res: ServerResponse,
  next: (error: unknown) => void,
): void {
  next(new ProblemError(NO_SUCH_PATH));
}

const CLIENT_GONE_CODES = new Set<unknown>([
  "ECONNABORTED",
  "ECONNRESET",
  "EPIPE",
  "ERR_STREAM_DESTROYED",
  "ERR_STREAM_PREMATURE_CLOSE",
  "ERR_STREAM_UNABLE_TO_PIPE",
]);

const BAD_ESCAPE: Problem = {
  code: "invalid-request",
  detail: "In the path, each % must begin an escape (%2F), and the escapes must be UTF-8",
};
const INVALID: Problem = { code: "invalid-request", detail: "The request is not valid" };

// The types of body-parser's errors that say more than their status. Its messages quote the body,
// so they are not passed on.
const BODY_PARSER = new Map<unknown, Problem>([
  ["entity.parse.failed", { code: "invalid-request", detail: "The body is not a JSON object" }],
  [
    "parameters.too.many",
    { code: "invalid-request", detail: "The form has more fields than any form of ours" },
  ],
]);

const BY_STATUS: Readonly<Record<number, Problem>> = {
  403: { code: "forbidden", detail: "This is not yours to ask for" },
  404: { code: "not-found", detail: "There is nothing at this address" },
  406: { code: "not-acceptable", detail: "None of the accepted media types is served here" },
  413: { code: "payload-too-large", detail: "The body is too large" },
  415: { code: "unsupported-media-type", detail: "The media type of the body is not supported" },
};

/**
 * Tells our problems, a client's mistakes, a client that left and our bugs apart.
 *
 * @param clientIsGone whether the connection is closed: only then does a broken stream mean
 *   "left"
 */
function classify(error: Error, clientIsGone: boolean): Problem | "client-gone" | "bug" {
  if (isProblemSource(error)) return error.problem;
  const { code, type, status, expose }: Partial<Record<string, unknown>> = Object(error);
  if (type === "request.aborted") return "client-gone";
  if (clientIsGone && (error.name === "AbortError" || CLIENT_GONE_CODES.has(code))) return "client-gone";
  const fromBodyParser = BODY_PARSER.get(type);
  if (fromBodyParser !== undefined) return fromBodyParser;
  // Express marks what the client did wrong: `expose` from http-errors, status 400 on the URIError
  // of a path parameter. A bare `status` proves nothing, an HTTP client's error has one as well.
  if (status === 400 && error instanceof URIError) return BAD_ESCAPE;
  if (expose !== true || typeof status !== "number" || status < 400 || status >= 500) return "bug";
  return BY_STATUS[status] ?? INVALID;
}
