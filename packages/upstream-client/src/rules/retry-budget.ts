import type { Clock } from "../clock.ts";

/** What the retry budget earns. Both are tokens; a retry or a hedge costs one. */
export type RetryBudgetOptions = {
  /** Earned by each call. Default 0.1, so amplification tends to 1.1 as the load grows. */
  readonly perCall?: number;
  /** Earned each second. Default 1, so calls of a quiet upstream can be retried too. */
  readonly perSecond?: number;
};

const DEFAULTS = { perCall: 0.1, perSecond: 1 } as const satisfies RetryBudgetOptions;

/** How long an unused token is kept, in seconds. */
const KEPT_SECONDS = 10;

/** Tokens are counted in whole units, so that ten tenths make exactly one. */
const UNITS = 1_000;

/**
 * How much more than its calls an upstream may be sent: a token bucket that retries and hedges
 * share.
 *
 * It starts with what ten quiet seconds would have earned. When every call fails, attempts per call
 * tend to 1.1 as the load grows. "One retry each" would instead double the load of an upstream that
 * is already overloaded.
 *
 * After Finagle's `RetryBudget` (com.twitter.finagle.service), whose deposits expire in the same
 * way.
 */
export class RetryBudget {
  readonly #clock: Clock;
  readonly #perCall: number;
  readonly #perSecond: number;
  /** What is left of each second's deposits. The slot of second `s` is `s % KEPT_SECONDS`. */
  readonly #slots: number[];
  #second: number;

  constructor(clock: Clock, options: RetryBudgetOptions = {}) {
    const { perCall, perSecond } = { ...DEFAULTS, ...options };
    this.#clock = clock;
    this.#perCall = Math.round(perCall * UNITS);
    this.#perSecond = Math.round(perSecond * UNITS);
    this.#slots = Array.from({ length: KEPT_SECONDS }, () => this.#perSecond);
    this.#second = this.#nowSecond();
  }

  /** A call was made. */
  deposit(): void {
    this.#forgetOld();
    const slot = this.#second % KEPT_SECONDS;
    this.#slots[slot] = (this.#slots[slot] ?? 0) + this.#perCall;
  }

  /**
   * Takes one token, the oldest first.
   *
   * @returns false when less than a whole token is left; then nothing is taken
   */
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

  /** Counted from ten, so that the slot of the oldest second is never negative. */
  #nowSecond(): number {
    return Math.floor(this.#clock.now() / 1_000) + KEPT_SECONDS;
  }
}
