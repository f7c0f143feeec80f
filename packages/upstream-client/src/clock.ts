/** Cancels a timer; calling it twice, or after the timer fired, does nothing. */
export type CancelTimer = () => void;

/**
 * Time as the rules of this package see it. Injected, so that every rule is tested without
 * sleeping.
 *
 * `now` is monotonic, in milliseconds with fractions; only differences of it mean anything.
 */
export interface Clock {
  now(): number;
  /** Calls `fire` once, `ms` milliseconds from now. */
  setTimer(ms: number, fire: () => void): CancelTimer;
}

/**
 * The machine's clock: `performance.now()`, which no change of the wall clock moves, and Node's
 * timers.
 */
export const systemClock: Clock = {
  now: () => performance.now(),
  setTimer(ms, fire) {
    const timer = setTimeout(fire, ms);
    return () => clearTimeout(timer);
  },
};

/**
 * The date, in milliseconds since 1970: only where another machine's dates are read (Retry-After,
 * Date, Expires). `Date.now`.
 */
export type WallClock = () => number;

/** A source of numbers in [0, 1): `Math.random`, or a seeded one in tests. */
export type Random = () => number;
