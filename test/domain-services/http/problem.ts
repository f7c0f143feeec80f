import { STATUS_CODES } from "node:http";
import type { Reply } from "./reply.ts";

/** Refuses a request: thrown anywhere below a route, answered as RFC 9457 problem details. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: string, detail: string, options: ProblemOptions = {}) {
    super(detail, options);
    this.name = "Problem";
    this.status = status;
    this.code = code;
    this.headers = options.headers ?? {};
  }
}

export interface ProblemOptions extends ErrorOptions {
  /** Sent with the answer; lower-case names. */
  headers?: Readonly<Record<string, string>>;
}

export const invalidRequest = (detail: string, options?: ErrorOptions): Problem =>
  new Problem(400, "invalid-request", detail, options);

export const identityRequired = (detail: string, options?: ErrorOptions): Problem =>
  new Problem(401, "identity-required", detail, { headers: { "www-authenticate": "Txn-Token" }, ...options });

export const notFound = (detail: string): Problem => new Problem(404, "not-found", detail);

export const conflict = (detail: string): Problem => new Problem(409, "conflict", detail);

export const unsupportedMediaType = (detail: string): Problem =>
  new Problem(415, "unsupported-media-type", detail);

/** The answer that tells a caller of a problem. */
export function problemReply(problem: Problem): Reply {
  return {
    status: problem.status,
    mediaType: "application/problem+json",
    body: JSON.stringify({
      type: `/problems/${problem.code}`,
      title: STATUS_CODES[problem.status] ?? "Error",
      status: problem.status,
      detail: problem.message,
    }),
    headers: { "cache-control": "no-store", ...problem.headers },
  };
}
