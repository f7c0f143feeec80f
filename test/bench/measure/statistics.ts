/** @param share from 0 to 1 @returns NaN for no numbers */
export function quantile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export function median(numbers: readonly number[]): number {
  return quantile(numbers, 0.5);
}

/**
 * The mean of the lowest quarter. What else a machine does makes work cost more, by cold caches and a shared core, and never
 * less: the cheapest slices are the ones that measured the program.
 */
export function quietest(numbers: readonly number[]): number {
  const count = Math.max(1, Math.floor(numbers.length / 4));
  const lowest = numbers.toSorted((a, b) => a - b).slice(0, count);
  return lowest.reduce((sum, number) => sum + number, 0) / lowest.length;
}
