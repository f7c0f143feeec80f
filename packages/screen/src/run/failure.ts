import { InvalidCallError, isUpstreamError } from "@triptych/upstream-client";
import type { FailureKind } from "@triptych/upstream-client";
import type { Reason } from "../definition/degraded.ts";
import type { ScreenProblem } from "./problem.ts";
import { SectionTimeoutError } from "./section-errors.ts";

/** What an optional section's failure is called in `degraded`. */
export function reasonOf(error: unknown): Reason {
  if (error instanceof SectionTimeoutError) return "timeout";
  return isUpstreamError(error) ? reasonOfKind(error.kind) : "invalid";
}

export function reasonOfKind(kind: FailureKind): Reason {
  // Nobody reads the answer of an abandoned request; any reason is as good as another.
  return kind === "abandoned" ? "unavailable" : kind;
}

/** Whether the failure is a bug of ours, which the log must show with its stack, and not something that upstreams do. */
export function isOurBug(error: unknown): boolean {
  return !isUpstreamError(error) && !(error instanceof SectionTimeoutError);
}

/** What a required section's failure is answered as. */
export function problemOf(section: string, error: unknown): ScreenProblem["problem"] {
  if (isUpstreamError(error)) {
    const { upstream, kind, status } = error;
    const about = { section, upstream };
    switch (kind) {
      case "timeout":
        return {
          ...about,
          code: "upstream-timeout",
          detail: `${section}: ${upstream} did not answer in time.`,
        };
      case "unavailable":
      case "abandoned":
        return { ...about, code: "upstream-unavailable", detail: `${section}: ${upstream} is unavailable.` };
      case "overloaded":
        return {
          ...about,
          code: "overloaded",
          detail: `${section}: too many calls to ${upstream} are under way.`,
        };
      case "invalid":
        return {
          ...about,
          code: "upstream-invalid",
          detail: `${section}: ${upstream} gave an answer that breaks its contract.`,
        };
      case "rejected":
        if (status === 404)
          return { ...about, code: "not-found", detail: `${section}: there is no such thing.` };
        if (status === 409)
          return { ...about, code: "conflict", detail: `${section}: its present state does not allow that.` };
        return { ...about, code: "upstream-invalid", detail: `${section}: ${upstream} refused the request.` };
    }
  }
  if (error instanceof SectionTimeoutError) {
    return { section, code: "upstream-timeout", detail: `${section}: it was not ready in time.` };
  }
  if (error instanceof InvalidCallError) {
    return {
      section,
      code: "invalid-request",
      detail: `${section}: the request holds a value that no service accepts.`,
    };
  }
  return { section, code: "internal", detail: "Something went wrong on our side." };
}
