/** @param share from 0 to 1 @returns NaN for no numbers */
export function quantile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export function median(numbers: readonly number[]): number {
  return quantile(numbers, 0.5);
}

/** @returns NaN for no numbers */
export function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}

/**
 * The mean of the lowest quarter. What else a machine does makes work cost more, by cold caches and a shared core, and never
 * less: the cheapest slices are the ones that measured the program.
 */
export function quietest(numbers: readonly number[]): number {
  const count = Math.max(1, Math.floor(numbers.length / 4));
  return mean(numbers.toSorted((a, b) => a - b).slice(0, count));
}

export type Interval = { readonly from: number; readonly to: number };

/** How many samples a bootstrap draws: enough for the ends of a 95% interval to stand still. */
const ROUNDS = 2_000;

/**
 * The 95% interval of a statistic, by the percentile bootstrap (Efron and Tibshirani, "An Introduction to the Bootstrap", chapter 13): what the
 * statistic is of samples drawn from the sample, with replacement. It supposes no distribution, and latencies have none that has a name.
 *
 * @param random seeded, so that the same numbers give the same interval
 */
export function bootstrapInterval(
  numbers: readonly number[],
  statistic: (sample: readonly number[]) => number,
  random: () => number,
): Interval {
  const draw = (): number => numbers[Math.floor(random() * numbers.length)] ?? Number.NaN;
  const drawn = Array.from({ length: ROUNDS }, () => statistic(Array.from(numbers, draw)));
  return { from: quantile(drawn, 0.025), to: quantile(drawn, 0.975) };
}

/**
 * The slope of the straight line through points, by least squares, with its 95% interval (Student's t, which for so few degrees of freedom as
 * there are here comes from the normal distribution by Abramowitz and Stegun, 26.7.5).
 *
 * @throws RangeError for fewer than 3 points, through which any line goes
 */
export function slope(
  points: readonly (readonly [x: number, y: number])[],
): Interval & { readonly slope: number } {
  const freedom = points.length - 2;
  if (freedom < 1) throw new RangeError(`expected at least 3 points for a slope, got ${points.length}`);
  const [meanX, meanY] = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))];
  const spread = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  const slope = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) / spread;
  const residue = points.reduce((sum, [x, y]) => sum + (y - meanY - slope * (x - meanX)) ** 2, 0);
  const half = studentT(freedom) * Math.sqrt(residue / freedom / spread);
  return { slope, from: slope - half, to: slope + half };
}

/** What 97.5% of Student's t stay below. */
function studentT(freedom: number): number {
  const z = 1.959964;
  const terms = [z, (z ** 3 + z) / 4, (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96];
  const fourth = (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384;
  return [...terms, fourth].reduce((sum, term, power) => sum + term / freedom ** power, 0);
}
