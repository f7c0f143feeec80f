import type { Clock } from "../clock.ts";

/** A clock that stands still until a test moves it. */
export class FakeClock implements Clock {
  #now = 0;
  readonly #startedAt: number;

  /** @param startedAt the date at which it starts, ms since 1970 */
  constructor(startedAt = Date.UTC(2026, 10, 24)) {
    this.#startedAt = startedAt;
  }
  readonly #pending = new Set<{ at: number; callback: () => void }>();

  now(): number {
    return this.#now;
  }

  wallNow(): number {
    return this.#startedAt + this.#now;
  }

  setTimer(ms: number, callback: () => void): () => void {
    const entry = { at: this.#now + ms, callback };
    this.#pending.add(entry);
    return () => void this.#pending.delete(entry);
  }

  /** How many callbacks wait. */
  get pending(): number {
    return this.#pending.size;
  }

  /** Moves time on within one turn of the event loop: nothing is called. */
  pass(ms: number): void {
    this.#now += ms;
  }

  /** Moves time on and calls what is due, in order. */
  advance(ms: number): void {
    this.#now += ms;
    const due = [...this.#pending].filter((entry) => entry.at <= this.#now);
    for (const entry of due.toSorted((a, b) => a.at - b.at)) {
      this.#pending.delete(entry);
      entry.callback();
    }
  }
}
