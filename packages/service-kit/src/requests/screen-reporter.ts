import type { ServerResponse } from "node:http";
import type { Logger } from "../logging/logger.ts";
import type { AttemptSpan } from "./record.ts";
import { record } from "./record.ts";
import type { DegradedSection } from "./record.ts";

/** What a screen tells of one request: plain values, so that the kit needs to know no screen. */
export interface ScreenReport {
  readonly screen: string;
  readonly upstreamCalls: number;
  readonly attempts: readonly AttemptSpan[];
  readonly degraded: readonly DegradedSection[];
  readonly failures: readonly {
    readonly section: string;
    readonly error: unknown;
    /** Ours, not an upstream's: its stack goes into the log. */
    readonly bug: boolean;
  }[];
}

/**
 * Makes the function that puts a screen's report into the request's log line, its metrics, and a
 * line per failed section.
 */
export function screenReporter({ logger }: { readonly logger: Logger }) {
  return function report(
    res: ServerResponse,
    { screen, upstreamCalls, attempts, degraded, failures }: ScreenReport,
  ): void {
    const entry = record(res);
    entry.screen = screen;
    entry.upstreamCalls = upstreamCalls;
    entry.attempts = attempts;
    entry.upstreams = attempts.map(
      ({ upstream, operation, outcome, durationMs }) =>
        `${upstream}.${operation} ${outcome} ${durationMs.toFixed(1)}`,
    );
    entry.degraded = degraded;
    for (const { section, error, bug } of failures) {
      const { requestId } = entry;
      if (bug) logger.error({ requestId, screen, section, err: error }, "a section failed by a bug of ours");
      else logger.warn({ requestId, screen, section, reason: messageOf(error) }, "section failed");
    }
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
