import type { IncomingMessage, ServerResponse } from "node:http";
import type { Request } from "express";
import type { Logger } from "../logging/logger.ts";
import { findRecord } from "../requests/record.ts";
import { classify } from "./classify.ts";
import { ProblemError } from "./problem-error.ts";
import type { Problem } from "./problems.ts";
import { sendProblem, type ProblemPage } from "./send-problem.ts";

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
  return function handleProblem(error: unknown, req: Request, res: ServerResponse, _next: unknown): void {
    const gone = res.destroyed || req.socket.destroyed;
    const classified = classify(error, gone);
    if (classified.kind === "bug") {
      logger.error({ requestId: findRecord(res)?.requestId, err: error }, "unhandled error");
    }
    if (gone || classified.kind === "client-gone") {
      res.destroy();
      return;
    }
    const forPeople = page !== undefined && req.accepts(["application/json", "text/html"]) === "text/html";
    sendProblem(
      req,
      res,
      classified.kind === "problem" ? classified.problem : INTERNAL,
      forPeople ? page : undefined,
    );
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
