import { setImmediate as nextTurn } from "node:timers/promises";
import type { CancelTimer, Clock } from "../clock.ts";

type Timer = { readonly at: number; readonly fire: () => void };

/** A clock that stands still until a test moves it. */
export class FakeClock implements Clock {
  #now = 0;
  readonly #timers = new Set<Timer>();

  now(): number {
    return this.#now;
  }

  /** As milliseconds since 1970: a date in November 2026, moving with the clock. */
  wallNow(): number {
    return Date.UTC(2026, 10, 24) + this.#now;
  }

  setTimer(ms: number, fire: () => void): CancelTimer {
    const timer = { at: this.#now + Math.max(0, ms), fire };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Timers that are waiting. */
  get pendingTimers(): number {
    return this.#timers.size;
  }

  /** Moves the time, timer by timer in order, and after each lets everything run that waits for nothing but a promise. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await nextTurn();
    for (let due = this.#dueBefore(end); due !== undefined; due = this.#dueBefore(end)) {
      this.#now = Math.max(this.#now, due.at);
      this.#timers.delete(due);
      due.fire();
      await nextTurn();
    }
    this.#now = end;
  }

  #dueBefore(end: number): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.at <= end && (first === undefined || timer.at < first.at)) first = timer;
    }
    return first;
  }
}
