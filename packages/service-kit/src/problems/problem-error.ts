import { isProblemCode, type Problem } from "./problems.ts";

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
