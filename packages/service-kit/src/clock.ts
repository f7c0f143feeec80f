/** Cancels a timer; calling it twice, or after the timer fired, does nothing. */
export type CancelTimer = () => void;

/**
 * All that the kit knows of time. It is injected, so that every rule is tested without sleeping.
 * upstream-client declares the same shape, and identity a part of it, so that a program hands one
 * object to all of them (decision 10).
 */
export interface Clock {
  /** Monotonic milliseconds, with fractions. The machine's start with the process. */
  now(): number;
  /** Milliseconds since 1970: only to compare with dates that other machines wrote. */
  wallNow(): number;
  /**
   * Calls `fire` once, `ms` milliseconds from now. Until then the process stays alive, as it must
   * during a script's pause before a retry; with `"unref"` it may end.
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

/** The part of a clock that knows the date. */
export type WallClock = Pick<Clock, "wallNow">;

/** Whole seconds since 1970, as tokens count them (RFC 7519, section 2: NumericDate). */
export function secondsOf(clock: WallClock): number {
  return Math.floor(clock.wallNow() / 1000);
}

/** Resolves as `promise` does, or with `otherwise` if that takes longer than `ms` milliseconds. */
export function within<Value>(
  ms: number,
  clock: Clock,
  promise: Promise<Value>,
  otherwise: Value,
): Promise<Value> {
  return new Promise((resolve, reject) => {
    const cancel = clock.setTimer(ms, () => resolve(otherwise), "unref");
    promise.finally(cancel).then(resolve, reject);
  });
}
