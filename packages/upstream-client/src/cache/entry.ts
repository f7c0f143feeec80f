import type { Success } from "../call.ts";
import { lastUseMs } from "./freshness.ts";
import type { CacheHeaders, Freshness } from "./freshness.ts";

/** A stored answer: parsed, checked and frozen once, and given out as the same object each time. */
export type CacheEntry = {
  /** Whose `read` made the value: another operation at the same URL may make another of the same body. */
  readonly operation: string;
  readonly value: unknown;
  /** The outcome of a call that it answers. */
  readonly success: Success;
  readonly headers: CacheHeaders;
  readonly freshness: Freshness;
  /** On the monotonic clock, ms. */
  readonly receivedAt: number;
  readonly bodyBytes: number;
  /** What its value counts for in memory, bytes. */
  readonly valueBytes: number;
  /** What it counts for in memory altogether, bytes. */
  readonly bytes: number;
  /** The body as it came, for the shared level; undefined without one. */
  readonly text: string | undefined;
};

/** What may be made of an entry now, without asking first. */
export type Usability = "fresh" | "while-revalidating" | "stale";

export function usability(entry: CacheEntry, now: number): Usability {
  const age = ageMs(entry, now);
  const { freshMs, staleWhileRevalidateMs } = entry.freshness;
  if (age < freshMs) return "fresh";
  if (age < freshMs + staleWhileRevalidateMs) return "while-revalidating";
  return "stale";
}

/** Whether it may stand in for a call that failed. */
export function standsIn(entry: CacheEntry, now: number): boolean {
  const { freshMs, staleIfErrorMs } = entry.freshness;
  return ageMs(entry, now) < freshMs + staleIfErrorMs;
}

export function ageMs({ receivedAt, freshness }: CacheEntry, now: number): number {
  return freshness.ageMs + now - receivedAt;
}

/** How much longer it can be of use without asking, ms. */
export function usefulMs(entry: CacheEntry, now: number): number {
  return Math.max(0, lastUseMs(entry.freshness) - ageMs(entry, now));
}
