import type { Clock } from "../clock.ts";

export type RetryBudgetOptions = {
  /** What each call adds, in tokens. */
  readonly perCall: number;
  /** What each second adds, in tokens, so that a quiet upstream's calls can be tried again too. */
  readonly perSecond: number;
};

/** How long a token is kept, in seconds. */
const KEPT_SECONDS = 10;

/** A token in whole units, so that ten tenths are one. */
const UNITS = 1_000;

/**
 * How much more than its calls an upstream may be sent: a token bucket that retries and hedges share.
 *
 * Each call adds a tenth of a token and each second one; what nobody took within ten seconds is gone; a retry or a
 * hedge takes one. It starts as ten quiet seconds would have left it. When everything fails, attempts per call tend to 1.1 as load
 * grows, where "one retry each" would double the load of an upstream that has too much already.
 *
 * After Finagle's `RetryBudget` (com.twitter.finagle.service), whose deposits leak away in the same manner.
 */
export class RetryBudget {
  readonly #clock: Clock;
  readonly #perCall: number;
  readonly #perSecond: number;
  /** What is left of the deposits of each of the last seconds; the slot of second `s` is `s % KEPT_SECONDS`. */
  readonly #slots: number[];
  #second: number;

  constructor(clock: Clock, options: RetryBudgetOptions) {
    this.#clock = clock;
    this.#perCall = Math.round(options.perCall * UNITS);
    this.#perSecond = Math.round(options.perSecond * UNITS);
    this.#slots = Array.from({ length: KEPT_SECONDS }, () => this.#perSecond);
    this.#second = this.#nowSecond();
  }

  /** A call was made. */
  deposit(): void {
    this.#forgetOld();
    const slot = this.#second % KEPT_SECONDS;
    this.#slots[slot] = (this.#slots[slot] ?? 0) + this.#perCall;
  }

  /** Takes one token, the oldest first. @returns false when there is not a whole one left, and then takes nothing */
  tryWithdraw(): boolean {
    this.#forgetOld();
    if (this.#units() < UNITS) return false;
    let due = UNITS;
    for (let age = KEPT_SECONDS - 1; age >= 0; age -= 1) {
      const slot = (this.#second - age + KEPT_SECONDS) % KEPT_SECONDS;
      const taken = Math.min(due, this.#slots[slot] ?? 0);
      this.#slots[slot] = (this.#slots[slot] ?? 0) - taken;
      due -= taken;
    }
    return true;
  }

  /** Tokens left now. */
  get balance(): number {
    this.#forgetOld();
    return this.#units() / UNITS;
  }

  #units(): number {
    return this.#slots.reduce((sum, units) => sum + units, 0);
  }

  #forgetOld(): void {
    const now = this.#nowSecond();
    const passed = Math.min(now - this.#second, KEPT_SECONDS);
    for (let back = 0; back < passed; back += 1) this.#slots[(now - back) % KEPT_SECONDS] = this.#perSecond;
    this.#second = now;
  }

  /** Counted from ten, so that the slot of the oldest second kept is never a negative number. */
  #nowSecond(): number {
    return Math.floor(this.#clock.now() / 1_000) + KEPT_SECONDS;
  }
}
