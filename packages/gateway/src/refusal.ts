import type { Problem, ProblemSource } from "@triptych/service-kit";

/** Which policy said no: for Server-Timing and the log. A closed set, fit for a label. */
export type Policy =
  | "path"
  | "route"
  | "rate-limit"
  | "authentication"
  | "csrf"
  | "revocation"
  | "callers"
  | "validation"
  | "login"
  | "forward"
  | "version";

/** A policy's no. Rendered as the problem that it carries, with the policy's name beside it. */
export class Refusal extends Error implements ProblemSource {
  override readonly name = "Refusal";
  readonly policy: Policy;
  readonly problem: Problem;
  /** Why exactly, for the log alone: one of few words. */
  readonly reason: string | undefined;

  constructor(policy: Policy, problem: Problem, options: { reason?: string; cause?: unknown } = {}) {
    super(`${policy}: ${options.reason ?? problem.detail}`, { cause: options.cause });
    this.policy = policy;
    this.problem = problem;
    this.reason = options.reason;
  }
}

/**
 * What everybody hears who is not let in, whatever was wrong with what they showed. It is the sentence of the BFFs:
 * clients see one.
 */
const NO_IDENTITY: Problem = {
  code: "identity-required",
  detail: "This request carries no valid identity.",
};

/** Refuses a request that does not say, in a way that can be believed, who asks. */
export function identityRefusal(policy: Policy, reason: string, cause?: unknown): Refusal {
  return new Refusal(policy, NO_IDENTITY, { reason, cause });
}
