/** Cancels a timer. Calling it again, or after the timer has fired, does nothing. */
export type CancelTimer = () => void;

/**
 * Time as the rules of this package see it. It is passed in, so every rule is tested without
 * sleeping. service-kit declares the same shape, and identity a part of it, so a program passes one
 * object to all of them (decision 10).
 */
export interface Clock {
  /** Monotonic milliseconds, with fractions. Only differences of it mean anything. */
  now(): number;
  /** Milliseconds since 1970: only to compare with dates from other machines. */
  wallNow(): number;
  /**
   * Calls `fire` once, `ms` milliseconds from now. Until then the process stays alive, unless
   * `"unref"` is given: a script must not end while it waits to retry.
   */
  setTimer(ms: number, fire: () => void, unref?: "unref"): CancelTimer;
}

/** The machine's clock: `performance.now()`, `Date.now()` and Node's timers. */
export const systemClock: Clock = {
  now: () => performance.now(),
  wallNow: () => Date.now(),
  setTimer(ms, fire, unref) {
    const timer = setTimeout(fire, ms);
    if (unref !== undefined) timer.unref();
    return () => clearTimeout(timer);
  },
};

/** A source of numbers in [0, 1): `Math.random`, or a seeded one in tests. */
export type Random = () => number;
