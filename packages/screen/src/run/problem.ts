/** The codes of design: `/problems/<code>`. Those that a screen itself can answer. */
export type ScreenProblemCode =
  | "invalid-request"
  | "not-found"
  | "method-not-allowed"
  | "not-acceptable"
  | "forbidden"
  | "payload-too-large"
  | "unsupported-media-type"
  | "upgrade-required"
  | "conflict"
  | "internal"
  | "upstream-invalid"
  | "upstream-unavailable"
  | "overloaded"
  | "upstream-timeout";

type Problem = {
  readonly code: ScreenProblemCode;
  /** One sentence for the person who reads the answer: no stack, no upstream body, no host name. */
  readonly detail: string;
  readonly section?: string;
  readonly upstream?: string;
  /** For `method-not-allowed`: the value of `Allow`. */
  readonly allow?: string;
  /** For `upgrade-required`: the value of `Upgrade`. */
  readonly upgrade?: string;
};

/** An error that is to be answered as problem details (RFC 9457). The app's error handler renders `problem`. */
export class ScreenProblem extends Error {
  override readonly name = "ScreenProblem";
  readonly problem: Problem;

  constructor(problem: Problem, options?: ErrorOptions) {
    super(problem.detail, options);
    this.problem = problem;
  }
}
