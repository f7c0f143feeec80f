import type { CancelTimer, Clock } from "@triptych/upstream-client";

/** The longest pause before a retry (250 ms); a deadline is longer than that. */
const LONGEST_PAUSE_MS = 250;

type Timer = { readonly at: number; readonly fire: () => void };

/**
 * Time for the tests of apps: what is short (the pause before a retry, the wait for a place) is over at once, and a deadline
 * passes when the test says so. So no test waits, and none fails because a machine is slow.
 */
export class DeadlineClock implements Clock {
  #now = 0;
  readonly #timers = new Set<Timer>();

  now(): number {
    return this.#now;
  }

  /** The machine's date: tests sign what they ask with it. */
  wallNow(): number {
    return Date.now();
  }

  setTimer(ms: number, fire: () => void): CancelTimer {
    if (ms <= LONGEST_PAUSE_MS) {
      const soon = setImmediate(fire);
      return () => clearImmediate(soon);
    }
    const timer = { at: this.#now + ms, fire };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Moves the time and fires what is due, the earliest first. */
  advance(ms: number): void {
    this.#now += ms;
    for (const timer of [...this.#timers].toSorted((a, b) => a.at - b.at)) {
      if (timer.at <= this.#now && this.#timers.delete(timer)) timer.fire();
    }
  }
}
