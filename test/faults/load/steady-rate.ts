import { setTimeout as wait } from "node:timers/promises";

/**
 * Starts something so many times a second, whether or not the earlier ones have ended: an open load, as clients are. Where this
 * process was held up, it catches up.
 *
 * @returns what each of them came to
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

/** @param share between 0 and 1 */
export function percentile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}
