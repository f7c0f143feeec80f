import { types } from "node:util";
import { InvalidCallError, isUpstreamError } from "@triptych/upstream-client";
import type { FailureKind, Rejection, UpstreamError } from "@triptych/upstream-client";
import type { Reason } from "../definition/degraded.ts";

/** A section was not ready by its deadline, though none of its upstream calls timed out. */
export class SectionTimeoutError extends Error {
  override readonly name = "SectionTimeoutError";
  readonly code = "SECTION_TIMEOUT";
}

/**
 * A section's `shape` returned something that its own schema does not allow: a bug in the screen.
 */
export class SectionBrokenError extends Error {
  override readonly name = "SectionBrokenError";
  readonly code = "SECTION_BROKEN";
}

/** The problem codes that a screen can answer: the `<code>` of `/problems/<code>`. */
export type ScreenProblemCode =
  | "invalid-request"
  | "identity-required"
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
  /** With `method-not-allowed`: the value of `Allow`. */
  readonly allow?: string;
  /** With `upgrade-required`: the value of `Upgrade`. */
  readonly upgrade?: string;
};

/**
 * An error that is answered as problem details (RFC 9457). The app's error handler renders
 * `problem`.
 */
export class ScreenProblem extends Error {
  override readonly name = "ScreenProblem";
  readonly problem: Problem;

  constructor(problem: Problem, options?: ErrorOptions) {
    super(problem.detail, options);
    this.problem = problem;
  }
}

/**
 * What was thrown, as an error that can be read: a screen's code may throw anything. Looking into a
 * Proxy, or at a getter, runs its code, which may throw. (`@triptych/service-kit` has the same for
 * the programs without screens; neither package may import the other.)
 */
export function errorOf(thrown: unknown): Error {
  if (types.isProxy(thrown)) return new TypeError("a Proxy was thrown, which is not an Error");
  try {
    if (!(thrown instanceof Error)) {
      return new TypeError("something was thrown that is not an Error", { cause: thrown });
    }
    const { name, message, stack, cause } = thrown;
    if ([name, message, stack ?? ""].every((text) => typeof text === "string") && !types.isProxy(cause))
      return thrown;
  } catch {
    // Its own code threw.
  }
  return new TypeError("an error was thrown that cannot be read");
}

/**
 * What a screen's code returned, which must not be a promise: its types forbid that, but JavaScript
 * does not, and a promise that fails later would pass for text or data.
 * @throws TypeError for a promise
 */
export function atOnce<Value>(returned: Value): Value {
  if (!types.isPromise(returned)) return returned;
  // Nothing waits for it, so its failure must not count as unhandled.
  returned.catch(() => {});
  throw new TypeError("a function of the screen returned a promise: it must return its result at once");
}

/** The problem `invalid-request`, 400. */
export function invalidRequest(detail: string): ScreenProblem {
  return new ScreenProblem({ code: "invalid-request", detail });
}

/** The problem `identity-required`, 401: for a visitor, where only users get an answer. */
export function loginRequired(): ScreenProblem {
  return new ScreenProblem({ code: "identity-required", detail: "This needs a login." });
}

/** The reason that `degraded` gives for an optional section's failure. */
export function reasonOf(error: unknown): Reason {
  if (error instanceof SectionTimeoutError) return "timeout";
  return isUpstreamError(error) ? reasonOfKind(error.kind) : "invalid";
}

/** The reason that `degraded` gives for an upstream's failure. */
export function reasonOfKind(kind: FailureKind): Reason {
  // The answer of an abandoned call is not shown, so any reason will do.
  return kind === "abandoned" ? "unavailable" : kind;
}

/**
 * Whether the failure is a bug of ours, which the log shows with its stack. Upstream failures are
 * not.
 */
export function isOurBug(error: unknown): boolean {
  return !isUpstreamError(error) && !(error instanceof SectionTimeoutError);
}

/** The problem that a required section's failure is answered with. */
export function problemOf(section: string, error: unknown): Problem {
  if (isUpstreamError(error)) return upstreamProblem(section, error);
  if (error instanceof SectionTimeoutError) {
    return { section, code: "upstream-timeout", detail: `${section}: it was not ready in time.` };
  }
  if (error instanceof InvalidCallError) {
    const detail = `${section}: the request holds a value that no service accepts.`;
    return { section, code: "invalid-request", detail };
  }
  return { section, code: "internal", detail: "Something went wrong on our side." };
}

type Answer = readonly [code: ScreenProblemCode, detail: (upstream: string) => string];

const UNAVAILABLE: Answer = ["upstream-unavailable", (upstream) => `${upstream} is unavailable.`];

const BY_KIND: Readonly<Record<FailureKind, Answer>> = {
  timeout: ["upstream-timeout", (upstream) => `${upstream} did not answer in time.`],
  unavailable: UNAVAILABLE,
  abandoned: UNAVAILABLE,
  overloaded: ["overloaded", (upstream) => `too many calls to ${upstream} are under way.`],
  invalid: ["upstream-invalid", (upstream) => `${upstream} gave an answer that breaks its contract.`],
  rejected: ["upstream-invalid", (upstream) => `${upstream} refused the request.`],
};

/** What a service's refusal means to the client. */
const BY_REJECTION: Readonly<Record<Rejection, Answer>> = {
  "not-found": ["not-found", () => "not found."],
  conflict: ["conflict", () => "its current state does not allow this."],
  other: BY_KIND.rejected,
};

function upstreamProblem(section: string, { upstream, kind, rejection }: UpstreamError): Problem {
  const [code, detail] = rejection === undefined ? BY_KIND[kind] : BY_REJECTION[rejection];
  return { section, upstream, code, detail: `${section}: ${detail(upstream)}` };
}
