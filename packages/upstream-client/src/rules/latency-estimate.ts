import type { Clock } from "../clock.ts";

/** The upper bound of the first bucket, ms. Calls faster than this are not worth hedging. */
const FIRST_BOUND_MS = 0.5;

/**
 * Each bucket's bound is this many times the previous one, so an estimate is at most 10% too high.
 */
const GROWTH = 1.1;

/** 0.5 ms × 1.1^140 is five minutes: longer than any call. */
const BUCKETS = 141;

/** An observation counts half after this time, ms. */
const HALF_LIFE_MS = 5_000;

/**
 * There is no estimate of fewer observations than this, after decay: a 95th percentile needs a few
 * beyond it.
 */
const LEAST_WEIGHT = 40;

/**
 * A running percentile of an upstream's recent latency.
 *
 * It is a histogram with buckets of equal relative width, which bounds the relative error for any
 * distribution (Masson, Rim, Lee: "DDSketch", VLDB 2019). All counts halve every five seconds
 * (exponential decay; Cormode et al., "Forward Decay", ICDE 2009), so the estimate follows an
 * upstream that becomes slow within a few seconds.
 */
export class LatencyEstimate {
  readonly #clock: Clock;
  readonly #weights = new Float64Array(BUCKETS);
  #total = 0;
  #decayedAt: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#decayedAt = clock.now();
  }

  /** Adds a latency, in milliseconds. */
  observe(ms: number): void {
    this.#decay();
    const bucket = Math.ceil(Math.log(Math.max(ms, FIRST_BOUND_MS) / FIRST_BOUND_MS) / Math.log(GROWTH));
    const index = Math.min(bucket, BUCKETS - 1);
    this.#weights[index] = (this.#weights[index] ?? 0) + 1;
    this.#total += 1;
  }

  /**
   * @param share between 0 and 1: 0.95 for the 95th percentile
   * @returns milliseconds, or undefined while there are too few recent observations
   */
  percentile(share: number): number | undefined {
    this.#decay();
    if (this.#total < LEAST_WEIGHT) return undefined;
    let above = this.#total * (1 - share);
    for (let index = BUCKETS - 1; index > 0; index -= 1) {
      above -= this.#weights[index] ?? 0;
      if (above < 0) return FIRST_BOUND_MS * GROWTH ** index;
    }
    return FIRST_BOUND_MS;
  }

  #decay(): void {
    const halvings = Math.floor((this.#clock.now() - this.#decayedAt) / HALF_LIFE_MS);
    if (halvings === 0) return;
    this.#decayedAt += halvings * HALF_LIFE_MS;
    const factor = 0.5 ** halvings;
    this.#total = 0;
    for (let index = 0; index < BUCKETS; index += 1) {
      const weight = (this.#weights[index] ?? 0) * factor;
      this.#weights[index] = weight;
      this.#total += weight;
    }
  }
}
