import { constants } from "node:os";
import type { Clock } from "../clock.ts";
import { flushed, type Logger } from "../logging/logger.ts";

/** How long the last log lines may take to be written, in milliseconds. */
export const FLUSH_TIMEOUT_MS = 150;

/**
 * On the first signal stops and ends the process with 0. On a second one ends it at once, with 128
 * + the signal's number as shells do. Returns a function that takes the listeners away.
 */
export function drainOnSignals(
  signals: readonly NodeJS.Signals[],
  stop: () => Promise<void>,
  { logger, clock }: { logger: Logger; clock: Clock },
): () => void {
  let signalled = false;

  function onSignal(signal: NodeJS.Signals): void {
    if (signalled) process.exit(128 + constants.signals[signal]);
    signalled = true;
    void stop().then(async () => {
      const late = new Promise<void>((resolve) => void clock.setTimer(FLUSH_TIMEOUT_MS, resolve, "unref"));
      await Promise.race([flushed(logger), late]);
      // Whatever timer or connection the app forgot must not keep the process alive.
      process.exit(0);
    });
  }

  for (const signal of signals) process.on(signal, onSignal);
  return () => {
    // During a signalled stop the listener stays: without it a second signal would end the flush
    // half way.
    if (!signalled) for (const signal of signals) process.off(signal, onSignal);
  };
}
