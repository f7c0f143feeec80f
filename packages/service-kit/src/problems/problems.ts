/**
 * Every problem that a client can see: the last segment of its `type`, its status and its title.
 * The codes are part of the published contracts: never reuse one, never change its status.
 */
export const PROBLEMS = {
  "invalid-request": { status: 400, title: "Invalid request" },
  "identity-required": { status: 401, title: "Identity required" },
  forbidden: { status: 403, title: "Forbidden" },
  "not-found": { status: 404, title: "Not found" },
  "method-not-allowed": { status: 405, title: "Method not allowed" },
  "not-acceptable": { status: 406, title: "Not acceptable" },
  conflict: { status: 409, title: "Conflict" },
  "payload-too-large": { status: 413, title: "Payload too large" },
  "uri-too-long": { status: 414, title: "URI too long" },
  "unsupported-media-type": { status: 415, title: "Unsupported media type" },
  "upgrade-required": { status: 426, title: "Upgrade required" },
  "rate-limited": { status: 429, title: "Rate limited" },
  internal: { status: 500, title: "Internal error" },
  "upstream-invalid": { status: 502, title: "Invalid answer from a service" },
  "upstream-unavailable": { status: 503, title: "Service unavailable" },
  overloaded: { status: 503, title: "Overloaded" },
  "upstream-timeout": { status: 504, title: "Service timed out" },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof PROBLEMS;

export function isProblemCode(value: unknown): value is ProblemCode {
  return typeof value === "string" && Object.hasOwn(PROBLEMS, value);
}

/** What goes wrong in the terms of the program; `sendProblem` makes the answer of it. */
export interface Problem {
  readonly code: ProblemCode;
  /** One sentence for the client's developer. No host name, no upstream body, nothing personal. */
  readonly detail: string;
  /** The section of the screen that failed. */
  readonly section?: string | undefined;
  /** The upstream's name (`orders`), never its address. */
  readonly upstream?: string | undefined;
  /** Whole seconds for `Retry-After`; a 503 always carries one. */
  readonly retryAfterSeconds?: number | undefined;
  /** The methods for `Allow`, with `method-not-allowed`. */
  readonly allow?: string | readonly string[] | undefined;
  /** With `upgrade-required`: the value of `Upgrade`, such as `app/3.0.0`. */
  readonly upgrade?: string | undefined;
}

/** The JSON of an `application/problem+json` answer (RFC 9457, section 3.1). */
export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** The request id, as the log has it. */
  readonly instance: string;
  readonly section?: string;
  readonly upstream?: string;
}

/** Makes the body of a problem. */
export function problemBody(problem: Problem, requestId: string): ProblemBody {
  const { status, title } = PROBLEMS[problem.code];
  return {
    type: `/problems/${problem.code}`,
    title,
    status,
    detail: problem.detail,
    instance: requestId,
    ...(problem.section !== undefined && { section: problem.section }),
    ...(problem.upstream !== undefined && { upstream: problem.upstream }),
  };
}

/** An error that carries its answer. Any package can throw one: it needs no import. */
export interface ProblemSource extends Error {
  readonly problem: Problem;
}

/** Throw it where a request cannot be answered: the client gets its problem. */
export class ProblemError extends Error implements ProblemSource {
  override readonly name = "ProblemError";
  readonly problem: Problem;

  constructor(problem: Problem, options?: ErrorOptions) {
    super(problem.detail, options);
    this.problem = problem;
  }

  get code(): Problem["code"] {
    return this.problem.code;
  }
}

/** Whether an error carries a problem of ours: a known code and a detail. */
export function isProblemSource(error: unknown): error is ProblemSource {
  if (!(error instanceof Error) || !("problem" in error)) return false;
  const { problem } = error;
  if (typeof problem !== "object" || problem === null || !("code" in problem) || !("detail" in problem)) {
    return false;
  }
  return isProblemCode(problem.code) && typeof problem.detail === "string";
}
