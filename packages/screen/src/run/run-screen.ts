import { isUpstreamError } from "@triptych/upstream-client";
import type { AttemptEvent, CallTrace, RequestContext, UpstreamError } from "@triptych/upstream-client";
import type { Degraded, Reason } from "../definition/degraded.ts";
import { isOurBug, problemOf } from "./failure.ts";
import type { ScreenProblemCode } from "./failure.ts";
import type { PreparedScreen } from "./prepare.ts";
import { runSection } from "./run-section.ts";
import type { ScreenRequest, SectionResult, ShownSection } from "./run-section.ts";

/** What became of a screen's sections, in the screen's order; `failed` is the first that failed. */
export type ScreenResult = {
  readonly sections: readonly ShownSection[];
  readonly failed: ShownSection | undefined;
};

/** Of a request that only asks for headers. */
export const NOTHING_RUN: ScreenResult = { sections: [], failed: undefined };

/**
 * Starts all sections together and waits for every one of them. Never rejects.
 * @param onReady called with each section as soon as it is ready; must not throw
 */
export function runAllSections<Clients>(
  prepared: PreparedScreen<Clients>,
  request: ScreenRequest<Clients>,
  onReady: (section: ShownSection) => void,
): Promise<ScreenResult> {
  const isEnough = (section: ShownSection): boolean => {
    onReady(section);
    return false;
  };
  return new Promise((resolve) => run(prepared, request, isEnough, resolve));
}

/**
 * Starts all sections together and waits for them, or for the first required one that fails.
 * @param onEnd called once; must not throw
 */
export function runScreen<Clients>(
  prepared: PreparedScreen<Clients>,
  request: ScreenRequest<Clients>,
  onEnd: (result: ScreenResult) => void,
): void {
  run(prepared, request, hasFailed, onEnd);
}

/** @param isEnough called with each section as it is ready: whether not to wait for the others */
function run<Clients>(
  { sections }: PreparedScreen<Clients>,
  request: ScreenRequest<Clients>,
  isEnough: (section: ShownSection) => boolean,
  onEnd: (result: ScreenResult) => void,
): void {
  const results: ShownSection[] = [];
  let waitingFor = sections.length;
  sections.forEach((section, position) =>
    runSection(section, request, (result) => {
      if (waitingFor === 0) return;
      results[position] = result;
      waitingFor = isEnough(result) ? 0 : waitingFor - 1;
      if (waitingFor > 0) return;
      const ready = results.filter((one) => one !== undefined);
      onEnd({ sections: ready, failed: ready.find(hasFailed) });
    }),
  );
}

function hasFailed({ outcome }: ShownSection): boolean {
  return outcome === "failed";
}

/** The entries of an answer's `degraded`. */
export function degradedOf(result: ScreenResult): readonly Degraded[] {
  return result.sections.flatMap((section) => section.degraded ?? []);
}

/** A section that failed, for the log. */
export type SectionFailure = {
  readonly section: string;
  readonly error: unknown;
  /** A bug of this app's, to be logged with its stack: no upstream caused it. */
  readonly bug: boolean;
};

/** What became of a screen: all of it is there, or less than all, or there is no screen. */
export type ScreenOutcome = "complete" | "degraded" | "failed";

/** What became of one section, for the metrics and the trace. */
export type SectionReport = Pick<SectionResult, "outcome"> &
  Partial<Pick<SectionResult, "startedAt" | "durationMs">> & {
    readonly section: string;
    readonly reason: Reason | undefined;
    /**
     * Whose call is the reason, if one is: also of an answer that lacked only some of its items.
     */
    readonly cause?: Pick<UpstreamError, "upstream" | "operation" | "message"> | undefined;
  };

/** What a screen or a command reports about one request, for log, metrics and trace. */
export type ScreenReport = {
  readonly screen: string;
  /** Undefined if the client did not wait for the answer, or sent a request that is not valid. */
  readonly outcome: ScreenOutcome | undefined;
  /** Why there is no screen. */
  readonly problem?: ScreenProblemCode | undefined;
  readonly upstreamCalls: number;
  /** More calls were sent than the screen's budget has: how many, and the budget. */
  readonly overBudget?: { readonly calls: number; readonly budget: number } | undefined;
  /** The attempts that had ended when the answer was decided; each retry and hedge is one. */
  readonly attempts: readonly AttemptEvent[];
  /** Every call in detail; undefined unless the request's trace is recorded. */
  readonly traced?: readonly CallTrace[] | undefined;
  /** The sections that had ended when the answer was decided. */
  readonly sections: readonly SectionReport[];
  readonly failures: readonly SectionFailure[];
};

/** What became of a screen, from what became of its sections. */
export function outcomeOf({ sections, failed }: ScreenResult): ScreenOutcome {
  if (failed !== undefined) return "failed";
  const isWhole = ({ outcome }: ShownSection) => outcome === "ok" || outcome === "login";
  return sections.every(isWhole) ? "complete" : "degraded";
}

/** @param screen the screen's name, or that of the command that it answers */
export function reportOf(screen: string, context: RequestContext, result: ScreenResult): ScreenReport {
  const { upstreamCalls, attempts, traced, sentCalls: calls, callBudget: budget } = context;
  const overBudget = budget !== undefined && calls > budget ? { calls, budget } : undefined;
  const about = { screen, upstreamCalls, overBudget, attempts, traced };
  // The client has left, which ended the calls. That says nothing about the screen.
  if (context.deadline.ended === "abandoned")
    return { ...about, outcome: undefined, sections: [], failures: [] };
  const { sections, failed } = result;
  return {
    ...about,
    outcome: outcomeOf(result),
    problem: failed && problemOf(failed.name, failed.error).code,
    sections: sections.map(({ name, outcome, degraded, error, startedAt, durationMs }) => ({
      section: name,
      outcome,
      reason: degraded?.reason,
      cause: isUpstreamError(error) ? error : undefined,
      startedAt,
      durationMs,
    })),
    failures: sections
      .filter(({ error }) => error !== undefined)
      .map(({ name, error }) => ({ section: name, error, bug: isOurBug(error) })),
  };
}
