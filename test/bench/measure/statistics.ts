import { seededRandom } from "@triptych/testing";

/** The number below which a share (0 to 1) of the sample lies. NaN for an empty sample. */
export function quantile(sample: readonly number[], share: number): number {
  const sorted = sample.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** The middle number. NaN for an empty sample. */
export function median(sample: readonly number[]): number {
  return quantile(sample, 0.5);
}

/** The sum of a sample. 0 for an empty one. */
export function sum(sample: readonly number[]): number {
  return sample.reduce((total, number) => total + number, 0);
}

/**
 * The mean of the lowest quarter. Whatever else a machine does makes work cost more (cold caches, a
 * shared core) and never less, so the cheapest slices are the ones that measured the program.
 */
export function quietest(sample: readonly number[]): number {
  const count = Math.max(1, Math.floor(sample.length / 4));
  return sum(sample.toSorted((a, b) => a - b).slice(0, count)) / count;
}

/** A range of numbers, both ends included. */
export type Interval = { readonly from: number; readonly to: number };

/**
 * Enough resamples for the ends of a 95% interval to be the same in the digits that are printed.
 */
const RESAMPLES = 2_000;

/**
 * The 95% interval of the median, by the percentile bootstrap (Efron and Tibshirani, "An
 * Introduction to the Bootstrap", chapter 13). It assumes no distribution; latencies have none that
 * has a name. It is seeded, so the same sample always gives the same interval.
 */
export function medianInterval(sample: readonly number[]): Interval {
  const random = seededRandom(5);
  const draw = (): number => sample[Math.floor(random() * sample.length)] ?? Number.NaN;
  const medians = Array.from({ length: RESAMPLES }, () => median(Array.from(sample, draw)));
  return { from: quantile(medians, 0.025), to: quantile(medians, 0.975) };
}
