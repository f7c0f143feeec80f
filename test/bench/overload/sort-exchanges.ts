import type { Exchange } from "../load/open-loop.ts";
import { quantile } from "../measure/statistics.ts";

export type Sorted = {
  /** How long each page took that was whole and in time, ms. */
  readonly good: readonly number[];
  /** How long each 503 took, ms. */
  readonly refusals: readonly number[];
  /** 503 without Retry-After. */
  readonly misspoken: number;
  /** Answers that are neither a page nor a 503: a 504, where a service's answer came too late. */
  readonly failed: number;
  readonly late: number;
  readonly degraded: number;
  readonly unsent: number;
  readonly broken: number;
  /** By how much the load came to each request too late, ms. */
  readonly lateness: readonly number[];
};

/**
 * What became of the requests of an overload.
 * @param page.bytes what a whole page has; one with a part missing is shorter
 */
export function sortExchanges(
  exchanges: readonly Exchange[],
  page: { readonly bytes: number; readonly patienceMs: number },
): Sorted {
  const good: number[] = [];
  const refusals: number[] = [];
  const lateness: number[] = [];
  const counts = { misspoken: 0, failed: 0, late: 0, degraded: 0, unsent: 0, broken: 0 };
  for (const { dueAt, triedAt, sentAt, endedAt, ended } of exchanges) {
    lateness.push(triedAt - dueAt);
    const tookMs = endedAt - sentAt;
    if (ended === "unsent") counts.unsent += 1;
    else if (ended === "refused" || ended === "reset") counts.broken += 1;
    else if (ended.status === 503) {
      refusals.push(tookMs);
      if (!ended.retryAfter) counts.misspoken += 1;
    } else if (ended.status !== 200) counts.failed += 1;
    else if (tookMs > page.patienceMs) counts.late += 1;
    else if (ended.bytes !== page.bytes) counts.degraded += 1;
    else good.push(tookMs);
  }
  return { good, refusals, lateness, ...counts };
}

/**
 * How long after an overload a second came whose p99 was at most twice that of the time before, s; infinite if none did.
 * @param after what was sent after it, from its end on
 */
export function recoveredAfter(before: readonly Exchange[], after: readonly Exchange[]): number {
  const normal = quantile(before.map(tookMs), 0.99);
  const begin = Math.min(...after.map(({ dueAt }) => dueAt));
  const seconds: number[][] = [];
  for (const exchange of after) {
    const second = Math.floor((exchange.dueAt - begin) / 1_000);
    (seconds[second] ??= []).push(tookMs(exchange));
  }
  const first = seconds.findIndex((own) => quantile(own, 0.99) <= 2 * normal);
  return first < 0 ? Number.POSITIVE_INFINITY : first + 1;
}

/** From when it was due: who waits in a queue waits. What was no page took for ever. */
function tookMs({ dueAt, endedAt, ended }: Exchange): number {
  return typeof ended === "object" && ended.status === 200 ? endedAt - dueAt : Number.POSITIVE_INFINITY;
}
