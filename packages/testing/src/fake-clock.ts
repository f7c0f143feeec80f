import { setImmediate as nextTurn } from "node:timers/promises";

type Timer = { readonly at: number; readonly fire: () => void };

/** How a `FakeClock` starts, and what it does not wait for. */
export type FakeClockOptions = {
  /** The date at the start, ms since 1970. Default 24 November 2026. */
  readonly startsAt?: number;
  /**
   * Timers of at most this many ms fire in the next turn of the event loop. A test of a whole app
   * then need not step through a retry's pause, and still decides when a deadline passes. Default:
   * none do.
   */
  readonly shortWaitMs?: number;
};

/** The longest pause before a retry, ms: `shortWaitMs` for tests of apps. Deadlines are longer. */
export const RETRY_PAUSE_MS = 250;

/**
 * A clock that a test moves. It has the shape of the clock that upstream-client and service-kit
 * take, and of identity's part of it.
 */
export class FakeClock {
  #startsAt: number;
  readonly #shortWaitMs: number;
  readonly #timers = new Set<Timer>();
  #now = 0;

  constructor({ startsAt = Date.UTC(2026, 10, 24), shortWaitMs = -1 }: FakeClockOptions = {}) {
    this.#startsAt = startsAt;
    this.#shortWaitMs = shortWaitMs;
  }

  /** Monotonic milliseconds: 0 at first. */
  now(): number {
    return this.#now;
  }

  /** Milliseconds since 1970. */
  wallNow(): number {
    return this.#startsAt + this.#now;
  }

  /** Calls `fire` once, when the test has moved the time by `ms`. */
  setTimer(ms: number, fire: () => void): () => void {
    if (ms <= this.#shortWaitMs) {
      const soon = setImmediate(fire);
      return () => clearImmediate(soon);
    }
    const timer = { at: this.#now + Math.max(0, ms), fire };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  /** How many timers are set and have neither fired nor been cancelled. */
  get pending(): number {
    return this.#timers.size;
  }

  /** Sets the date forward or back and lets no time pass, as an operator or a time server does. */
  jumpDate(ms: number): void {
    this.#startsAt += ms;
  }

  /** Moves the time and fires nothing, as when one turn of the event loop takes long. */
  pass(ms: number): void {
    this.#now += ms;
  }

  /**
   * Moves the time at once, then fires what is due, the earliest first. Timers that are set
   * meanwhile wait for the next call.
   */
  advance(ms: number): void {
    this.#now += ms;
    for (const timer of [...this.#timers].toSorted((a, b) => a.at - b.at)) {
      if (timer.at <= this.#now && this.#timers.delete(timer)) timer.fire();
    }
  }

  /**
   * Moves the time from timer to timer. Each fires at its own time, and then everything runs that
   * only waits for promises: it may set timers that fire in the same call.
   */
  async advanceInTurns(ms: number): Promise<void> {
    const end = this.#now + ms;
    await nextTurn();
    for (let due = this.#firstUntil(end); due !== undefined; due = this.#firstUntil(end)) {
      this.#now = Math.max(this.#now, due.at);
      this.#timers.delete(due);
      due.fire();
      await nextTurn();
    }
    this.#now = end;
  }

  #firstUntil(end: number): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.at <= end && (first === undefined || timer.at < first.at)) first = timer;
    }
    return first;
  }
}
