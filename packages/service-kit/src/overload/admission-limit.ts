/**
 * How long the event loop may be late all the time before the process counts as overloaded, ms: the queueing time of DAGOR (Zhou et al.,
 * "Overload Control for Scaling WeChat Microservices", SoCC 2018, section 4.1).
 */
const TARGET_MS = 20;
/**
 * An interval in which it is too late leaves the limit this share of what was in flight: by as much less as the loop is late, but at most half
 * at once (the gradient of Netflix's concurrency-limits, and its lower bound), and at least a tenth, or it would never get there.
 */
const LEAST_KEPT = 0.5;
const MOST_KEPT = 0.9;
/** What is tried again for each interval that is not late. Slower than the way down, or the two would swing. */
const INCREASE = 0.02;
/**
 * The limit never goes below this: 64 pages that come in one turn take it about 30 ms, so with fewer in flight it is hardly their number that
 * makes the loop late all the time. Pages that wait for a slow service are in flight, too, and take no time: with 16 allowed, a slow service
 * and a busy machine together had most pages refused.
 */
export const LEAST_LIMIT = 64;
/** So long without a refusal, and there is no limit again, ms. */
const FORGET_MS = 2_000;

/** What was seen in one interval. */
export type Interval = {
  /**
   * The shortest time that the event loop was late, ms. A burst makes it late now and then; only a queue that never empties makes it
   * late at every look (Nichols and Jacobson, "Controlling Queue Delay", ACM Queue 2012).
   */
  readonly leastDelayMs: number;
  /** The most requests that were in flight at once. */
  readonly peakInFlight: number;
  /** Those that are in flight now. */
  readonly inFlight: number;
  /** Requests that the limit refused. */
  readonly refused: number;
  readonly now: number;
};

/**
 * How many requests may be in flight: any number while the event loop keeps up, and fewer and fewer while it does not, until what is in
 * flight is what the process has time for. It looks at the loop and not at how long answers take: a slow service is no overload of ours.
 */
export class AdmissionLimit {
  #limit = Number.POSITIVE_INFINITY;
  #refusedAt = Number.NEGATIVE_INFINITY;

  get value(): number {
    return this.#limit;
  }

  allows(inFlight: number): boolean {
    return inFlight < this.#limit;
  }

  observe({ leastDelayMs, peakInFlight, inFlight, refused, now }: Interval): void {
    if (refused > 0) this.#refusedAt = now;
    // While more are in flight than may be, the last step down has not had its effect: another would be for the same delay.
    if (inFlight > this.#limit) return;
    if (leastDelayMs > TARGET_MS) {
      const reached = Math.min(this.#limit, peakInFlight);
      const kept = Math.min(MOST_KEPT, Math.max(LEAST_KEPT, TARGET_MS / leastDelayMs));
      this.#limit = Math.max(LEAST_LIMIT, Math.floor(reached * kept));
      this.#refusedAt = now;
    } else if (now - this.#refusedAt >= FORGET_MS) {
      this.#limit = Number.POSITIVE_INFINITY;
    } else if (refused > 0) {
      this.#limit += Math.max(1, Math.floor(this.#limit * INCREASE));
    }
  }
}
