import type { Exchange } from "../load/open-loop.ts";
import { quantile } from "./statistics.ts";

/** What became of the requests of an overload, by kind. */
export type Sorted = {
  /** Whole pages that came in time. */
  readonly good: number;
  /** How long each 503 took, in ms. */
  readonly refusals: readonly number[];
  /** 503 without `Retry-After`. */
  readonly unadvised: number;
  /** Answers that are neither a page nor a 503, such as a 504 where a service was too slow. */
  readonly failed: number;
  readonly late: number;
  /** Pages with a part missing. */
  readonly degraded: number;
  /** Requests that found no connection for too long. */
  readonly unsent: number;
  /** Connections that were refused or broke. */
  readonly broken: number;
  /** By how much the load itself came too late to 99% of its requests at most, in ms. */
  readonly loadLateMs: number;
};

/**
 * Sorts the requests of an overload.
 * @param page.bytes the size of a whole page; one with a part missing is shorter
 * @param page.patienceMs after which a client has given up on a page, in ms
 */
export function sortExchanges(
  exchanges: readonly Exchange[],
  page: { readonly bytes: number; readonly patienceMs: number },
): Sorted {
  const refusals: number[] = [];
  const counts = { good: 0, unadvised: 0, failed: 0, late: 0, degraded: 0, unsent: 0, broken: 0 };
  for (const { sentAt, endedAt, ended } of exchanges) {
    const tookMs = endedAt - sentAt;
    if (ended === "unsent") counts.unsent += 1;
    else if (ended.status === 0) counts.broken += 1;
    else if (ended.status === 503) {
      refusals.push(tookMs);
      if (!ended.retryAfter) counts.unadvised += 1;
    } else if (ended.status !== 200) counts.failed += 1;
    else if (tookMs > page.patienceMs) counts.late += 1;
    else if (ended.bytes !== page.bytes) counts.degraded += 1;
    else counts.good += 1;
  }
  const lateness = exchanges.map(({ dueAt, triedAt }) => triedAt - dueAt);
  return { ...counts, refusals, loadLateMs: quantile(lateness, 0.99) };
}

/**
 * How long after an overload a second came whose p99 was at most twice the p99 of the time before
 * it, in s. Infinite if none did.
 * @param after what was sent after the overload, from its end on
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

/** From when it was due, so that time in a queue counts. What was no page took for ever. */
function tookMs({ dueAt, endedAt, ended }: Exchange): number {
  const page = ended !== "unsent" && ended.status === 200;
  return page ? endedAt - dueAt : Number.POSITIVE_INFINITY;
}
