/** Time as the kit sees it: passed in, so that every rule about time is tested without sleeping. */
export interface Clock {
  /** Milliseconds since the process started. Never goes back. */
  now(): number;
  /**
   * Calls `callback` once, `ms` milliseconds from now, and returns a function that cancels it.
   * A pending call never keeps the process alive.
   */
  after(ms: number, callback: () => void): () => void;
}

export const systemClock: Clock = {
  // The origin of performance.now() is the start of the process.
  now: () => performance.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms).unref();
    return () => clearTimeout(timer);
  },
};
