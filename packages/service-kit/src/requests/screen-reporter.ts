import type { ServerResponse } from "node:http";
import type { Logger } from "../logging/logger.ts";
import { errorOf } from "../problems/error-of.ts";
import type { ProblemCode } from "../problems/problems.ts";
import { record } from "./record.ts";
import type { AttemptSpan, CallDetail, ScreenOutcome, SectionReport } from "./record.ts";

/** What a screen tells of one request: plain values, so that the kit needs to know no screen. */
export interface ScreenReport {
  readonly screen: string;
  /** Undefined if the client did not wait for the answer, or sent a request that is not valid. */
  readonly outcome: ScreenOutcome | undefined;
  /** Why there is no screen; the client may have got a status of 200 before it failed. */
  readonly problem?: ProblemCode | undefined;
  readonly upstreamCalls: number;
  /** More calls were sent than the screen's budget has. */
  readonly overBudget?: { readonly calls: number; readonly budget: number } | undefined;
  readonly attempts: readonly AttemptSpan[];
  readonly traced?: readonly CallDetail[] | undefined;
  readonly sections: readonly SectionReport[];
  readonly failures: readonly {
    readonly section: string;
    readonly error: unknown;
    /** Ours, not an upstream's: its stack goes into the log. */
    readonly bug: boolean;
  }[];
}

/**
 * Makes the function that puts a screen's report into the request's log line, its metrics and its
 * spans, and a line per failed section into the log. An answer that is not sent yet says the
 * outcome in `Screen-Outcome`, which the gateway counts and does not pass on.
 */
export function screenReporter({ logger }: { readonly logger: Logger }) {
  return function report(res: ServerResponse, told: ScreenReport): void {
    const { screen, outcome, problem, upstreamCalls, overBudget, attempts, sections, failures } = told;
    const entry = record(res);
    entry.screen = screen;
    entry.outcome = outcome;
    if (outcome !== undefined && !res.headersSent) res.setHeader("Screen-Outcome", outcome);
    if (problem !== undefined) entry.problem = problem;
    entry.sections = sections;
    entry.upstreamCalls = upstreamCalls;
    entry.overBudget = overBudget !== undefined;
    entry.attempts = attempts;
    entry.traced = told.traced;
    entry.upstreams = attempts.map(
      ({ upstream, operation, outcome: how, durationMs }) =>
        `${upstream}.${operation} ${how} ${durationMs.toFixed(1)}`,
    );
    const of = { requestId: entry.requestId, traceId: entry.trace.traceId, screen };
    if (overBudget !== undefined)
      logger.warn({ ...of, ...overBudget }, "a screen sent more calls than its budget has");
    // A client that asks for what is not there is no reason to look.
    const level = problem === "not-found" || problem === "conflict" ? "info" : "warn";
    for (const { section, error, bug } of failures) {
      if (bug) logger.error({ ...of, section, err: error }, "a section failed by a bug of ours");
      else {
        const { cause } = sections.find((one) => one.section === section) ?? {};
        const whose = cause && { upstream: cause.upstream, operation: cause.operation };
        logger[level]({ ...of, section, ...whose, reason: errorOf(error).message }, "section failed");
      }
    }
  };
}
