/** A worker that does nothing: how late it runs is what the machine does to any process at that time. */
import { monitorEventLoopDelay } from "node:perf_hooks";
import { parentPort } from "node:worker_threads";

/** How often the loop is looked at, ms: what it is late by itself. */
const RESOLUTION_MS = 5;

const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
delay.enable();
// Each question is answered with what was measured since the one before it.
parentPort?.on("message", () => {
  const lateMs = Math.max(0, delay.percentile(99) / 1e6 - 2 * RESOLUTION_MS);
  delay.reset();
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker's port has one other end and no origin
  parentPort?.postMessage(lateMs);
});
