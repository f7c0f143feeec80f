import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as wait } from "node:timers/promises";

/**
 * Starts something at a steady rate, whether or not the earlier ones have ended, as clients do. If
 * this process was held up, it catches up.
 *
 * @param start gets 0, 1, 2 and so on
 * @returns all results
 */
export async function atSteadyRate<Result>(
  load: { readonly perSecond: number; readonly seconds: number },
  start: (index: number) => Promise<Result>,
): Promise<Result[]> {
  const total = Math.round(load.perSecond * load.seconds);
  const startedAt = performance.now();
  const running: Promise<Result>[] = [];
  while (running.length < total) {
    const due = Math.min(total, Math.floor(((performance.now() - startedAt) / 1_000) * load.perSecond) + 1);
    while (running.length < due) running.push(start(running.length));
    await wait(1);
  }
  return Promise.all(running);
}

/**
 * Some clients for some time: each starts the next one when the last has ended, and no more often
 * than the rate. So a slow machine gets less to do, and not more than it can.
 *
 * @param start gets 0, 1, 2 and so on
 * @returns all results
 */
export async function byClients<Result>(
  load: { readonly clients: number; readonly perSecond: number; readonly seconds: number },
  start: (index: number) => Promise<Result>,
): Promise<Result[]> {
  const endAt = performance.now() + load.seconds * 1_000;
  const pauseMs = (1_000 * load.clients) / load.perSecond;
  const results: Result[] = [];
  let started = 0;
  const client = async (): Promise<void> => {
    while (performance.now() < endAt) {
      const pause = wait(pauseMs);
      results.push(await start(started++));
      await pause;
    }
  };
  await Promise.all(Array.from({ length: load.clients }, client));
  return results;
}

/** How often the event loop is looked at, ms. It is always late by up to as much. */
const RESOLUTION_MS = 5;

/**
 * A call goes through the client, the BFF and the upstream: each may be as late as this process.
 */
const PROCESSES = 3;

/**
 * Measures how late the machine lets processes run. Scenarios that assert milliseconds add it to
 * their limits: on a quiet machine it is almost nothing.
 *
 * @returns a function that ends the measurement and returns how late an answer may be, ms
 */
export function measureLateness(): () => number {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  return () => {
    delay.disable();
    return PROCESSES * Math.max(0, delay.max / 1e6 - 2 * RESOLUTION_MS);
  };
}

/** If the event loop was as late as this, the machine did other things as well, ms. */
export const BUSY_MS = 100;
