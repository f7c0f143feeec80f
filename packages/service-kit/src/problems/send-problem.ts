import type { IncomingMessage, ServerResponse } from "node:http";
import { newRequestId } from "../requests/record.ts";
import { findRecord } from "../requests/record.ts";
import { problemBody, type Problem, type ProblemBody } from "./problems.ts";

const DEFAULT_RETRY_AFTER_SECONDS = 1;

// Headers that a handler may have set for the answer that it then could not give.
const ABOUT_THE_LOST_ANSWER = [
  "Content-Disposition",
  "Content-Encoding",
  "Content-Language",
  "Content-Range",
  "ETag",
  "Expires",
  "Last-Modified",
  "Trailer",
  "Transfer-Encoding",
];

/**
 * A problem as a page for people: markup in which everything is escaped, and the headers that it
 * needs.
 */
export type ProblemPage = (problem: ProblemBody) => {
  readonly document: string;
  readonly headers: Readonly<Record<string, string>>;
};

/**
 * Answers with a problem: as JSON (RFC 9457), or as the page where one is given. Where the headers
 * are gone already it can only cut the connection, so that the client does not take half an answer
 * for a whole one; where the answer is complete it does nothing.
 */
export function sendProblem(
  req: IncomingMessage,
  res: ServerResponse,
  problem: Problem,
  page?: ProblemPage,
): void {
  if (res.headersSent) {
    if (!res.writableEnded) res.destroy();
    return;
  }
  const body = prepareProblem(res, problem, page);
  res.end(req.method === "HEAD" ? undefined : body);
}

/** Sets status and headers and returns the body that they announce. */
export function prepareProblem(res: ServerResponse, problem: Problem, page?: ProblemPage): Buffer {
  const record = findRecord(res);
  if (record !== undefined) record.problem = problem.code;
  const content = problemBody(problem, record?.requestId ?? newRequestId());
  const forPeople = page?.(content);
  const body = Buffer.from(forPeople?.document ?? JSON.stringify(content));
  for (const name of ABOUT_THE_LOST_ANSWER) res.removeHeader(name);
  res.statusCode = content.status;
  res.setHeader(
    "Content-Type",
    forPeople === undefined ? "application/problem+json" : "text/html; charset=utf-8",
  );
  for (const [name, value] of Object.entries(forPeople?.headers ?? {})) res.setHeader(name, value);
  res.setHeader("Content-Length", body.length);
  res.setHeader("Cache-Control", "no-store");
  res.setHeader("X-Content-Type-Options", "nosniff");
  const retryAfter = retryAfterSeconds(content.status, problem.retryAfterSeconds);
  if (retryAfter !== undefined) res.setHeader("Retry-After", retryAfter);
  if (problem.allow !== undefined) {
    res.setHeader("Allow", typeof problem.allow === "string" ? problem.allow : problem.allow.join(", "));
  }
  if (problem.upgrade !== undefined) {
    // RFC 9110, 15.5.22 and 7.8: a 426 names the protocol in Upgrade, and lists it in Connection.
    // Node no longer fills in Connection then, so `close` must be named as well.
    res.setHeader("Upgrade", problem.upgrade);
    const closes = res.getHeader("Connection") === "close" || !res.shouldKeepAlive;
    res.setHeader("Connection", closes ? "close, Upgrade" : "Upgrade");
  }
  return body;
}

/** Whole seconds, at least one: 0 would call every client back at once. */
function retryAfterSeconds(status: number, asked: number | undefined): number | undefined {
  if (asked !== undefined && Number.isFinite(asked)) return Math.max(1, Math.ceil(asked));
  return status === 503 ? DEFAULT_RETRY_AFTER_SECONDS : undefined;
}
