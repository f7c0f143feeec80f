/**
 * How late, in ms, the event loop may be at every look before the process counts as overloaded: the
 * queueing time of DAGOR (Zhou et al., "Overload Control for Scaling WeChat Microservices", SoCC
 * 2018, section 4.1).
 */
const TARGET_MS = 20;
/**
 * The same while requests that were let in are refused further in, because a service has no place
 * for them: their time was wasted. A service that is slow does not make the loop late.
 */
const WASTEFUL_TARGET_MS = 5;
/**
 * The share of the requests in flight that the limit keeps after a late interval. It shrinks with
 * the delay, by half at most (the gradient of Netflix's concurrency-limits and its lower bound),
 * and by a tenth at least, or it would never get there.
 */
const LEAST_KEPT = 0.5;
const MOST_KEPT = 0.9;
/**
 * How much the limit grows in an interval that is not late. Slower than it shrinks, or it swings.
 */
const INCREASE = 0.02;
/**
 * The limit never goes below this. 64 pages that arrive in one turn take about 30 ms, so with fewer
 * in flight their number hardly makes the loop late all the time. Pages that wait for a slow
 * service are in flight without taking time: with 16 allowed, a slow service on a busy machine had
 * most pages refused.
 */
export const LEAST_LIMIT = 64;
/** After this time without a refusal, in ms, there is no limit again. */
const FORGET_MS = 2_000;

/** What was measured in one interval. */
export type Interval = {
  /**
   * The shortest delay of the event loop, in ms. A burst makes it late now and then; only a queue
   * that never empties makes it late at every look (Nichols and Jacobson, "Controlling Queue
   * Delay", ACM Queue 2012).
   */
  readonly leastDelayMs: number;
  /** The most requests that were in flight at once. */
  readonly peakInFlight: number;
  /** Requests in flight now. */
  readonly inFlight: number;
  /** Requests that the limit refused. */
  readonly refused: number;
  /** Requests that were let in and then refused further in, because a service had no place. */
  readonly wasted: number;
  readonly now: number;
};

/**
 * How many requests may be in flight: any number while the event loop keeps up, and fewer with each
 * late interval, until the process has time for what is in flight. It measures the loop, not the
 * time that answers take: a slow service does not overload this process.
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

  observe({ leastDelayMs, peakInFlight, inFlight, refused, wasted, now }: Interval): void {
    if (refused > 0) this.#refusedAt = now;
    // While more are in flight than allowed, the last step down has not taken effect yet.
    if (inFlight > this.#limit) return;
    const targetMs = wasted > 0 ? WASTEFUL_TARGET_MS : TARGET_MS;
    if (leastDelayMs > targetMs) {
      const reached = Math.min(this.#limit, peakInFlight);
      const kept = Math.min(MOST_KEPT, Math.max(LEAST_KEPT, targetMs / leastDelayMs));
      this.#limit = Math.max(LEAST_LIMIT, Math.floor(reached * kept));
      this.#refusedAt = now;
    } else if (now - this.#refusedAt >= FORGET_MS) {
      this.#limit = Number.POSITIVE_INFINITY;
    } else if (refused > 0) {
      this.#limit += Math.max(1, Math.floor(this.#limit * INCREASE));
    }
  }
}
