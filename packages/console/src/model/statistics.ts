import type { KnownRequest } from "./store.ts";

/** Half of the requests are at most `p50`, all but a twentieth at most `p95`. */
export interface Spread {
  readonly p50: number;
  readonly p95: number;
}

/** Calls that were really sent: not those that a cache answered, nor retries and hedges of one. */
export function sentCalls({ calls }: KnownRequest): number {
  return calls.filter(({ address, attempt, kind }) => address !== null && attempt === 1 && kind === "first")
    .length;
}

/** By nearest rank; 0 of nothing. */
export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((one, other) => one - other);
  const at = (share: number): number => sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
  return { p50: at(0.5), p95: at(0.95) };
}
