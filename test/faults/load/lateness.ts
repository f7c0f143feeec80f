import { monitorEventLoopDelay } from "node:perf_hooks";

/** How often the loop is looked at, ms: what it is late by itself. */
const RESOLUTION_MS = 5;

/** The processes that a call goes through: this client, the BFF, the upstream. Each may be held up as long as this one was. */
const PROCESSES = 3;

/**
 * Measures how late the machine lets processes run, for scenarios that assert milliseconds: on a quiet machine almost nothing,
 * on a busy one more than any limit of theirs, which would say something about the machine only.
 *
 * @returns a function that ends the measurement and says how late an answer may be for that reason, ms
 */
export function measureLateness(): () => number {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  return () => {
    delay.disable();
    return PROCESSES * Math.max(0, delay.max / 1e6 - 2 * RESOLUTION_MS);
  };
}
