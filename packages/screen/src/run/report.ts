import type { AttemptEvent } from "@triptych/upstream-client";
import type { Degraded } from "../definition/degraded.ts";

/** A section that failed, for the log. */
export type SectionFailure = {
  readonly section: string;
  readonly error: unknown;
  /** Not something that an upstream did: a bug in this app, to be logged with its stack. */
  readonly bug: boolean;
};

/** What a screen tells its app about one request, for the log line and the metrics. */
export type ScreenReport = {
  readonly screen: string;
  readonly upstreamCalls: number;
  /** The attempts that had ended when the answer was decided, retries and hedges each for itself. */
  readonly attempts: readonly AttemptEvent[];
  readonly degraded: readonly Degraded[];
  readonly failures: readonly SectionFailure[];
};
