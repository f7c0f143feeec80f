/** Epoch milliseconds, with fractions where the clock has them. */
export interface Clock {
  now(): number;
}

/** The machine's wall clock, to the microsecond. */
export const wallClock: Clock = { now: () => performance.timeOrigin + performance.now() };
