/**
 * Whose call failed. Undefined where no user's data can be the cause: the call carries no user, or
 * could not connect.
 */
export type FailedFor = string | undefined;

/** With failures of fewer users, the cause may be a bad record of theirs. */
const DISTINCT_USERS = 3;

/**
 * How much more often than the third user a user's failures count. Without this limit, one user who
 * always fails and one failure each of two others would open a breaker.
 */
const MOST_OF_THIRD = 2;

/** The window is divided into this many slots, and moves on by one slot at a time. */
const SLOTS = 10;

/** The calls of the last `windowMs` milliseconds, and for whom they failed. */
export class FailureWindow {
  total = 0;
  #failed = 0;
  readonly #slotMs: number;
  readonly #totals = new Float64Array(SLOTS);
  readonly #failures = Array.from({ length: SLOTS }, () => new Map<FailedFor, number>());
  /** Of the whole window. */
  readonly #failedFor = new Map<FailedFor, number>();
  #tick: number | undefined;

  constructor(windowMs: number) {
    this.#slotMs = windowMs / SLOTS;
  }

  /** @param now in milliseconds, never less than at the last call */
  addSuccess(now: number): void {
    const slot = this.#slotOf(now);
    this.total += 1;
    this.#totals[slot] = (this.#totals[slot] ?? 0) + 1;
  }

  /** @param now in milliseconds, never less than at the last call */
  addFailure(now: number, user: FailedFor): void {
    this.addSuccess(now);
    this.#failed += 1;
    const failures = this.#failures[this.#slotOf(now)];
    failures?.set(user, (failures.get(user) ?? 0) + 1);
    this.#failedFor.set(user, (this.#failedFor.get(user) ?? 0) + 1);
  }

  /**
   * Whether at least this share of at least `minCalls` calls failed, for at least three users.
   * Users who fail much more often than the third count without their surplus. Where no call
   * succeeded, `minCalls` counts the surplus too.
   */
  failsAtLeast(share: number, minCalls: number): boolean {
    // Without the surplus the share is never higher, so a healthy upstream costs no more than this.
    if (this.#failed < this.total * share) return false;
    const third = this.#failuresOfThird();
    let surplus = 0;
    for (const [user, count] of this.#failedFor) {
      if (user !== undefined) surplus += Math.max(0, count - MOST_OF_THIRD * third);
    }
    const total = this.total - surplus;
    const isEnough = total >= minCalls || this.#failed === this.total;
    return third > 0 && isEnough && this.#failed - surplus >= total * share;
  }

  /** Each failure without a user counts as another user's. 0 with fewer than three users. */
  #failuresOfThird(): number {
    const counts = [...this.#failedFor].flatMap(([user, count]) =>
      user === undefined ? Array.from({ length: Math.min(count, DISTINCT_USERS) }, () => 1) : [count],
    );
    return counts.toSorted((a, b) => b - a)[DISTINCT_USERS - 1] ?? 0;
  }

  #slotOf(now: number): number {
    const tick = Math.floor(now / this.#slotMs);
    const from = this.#tick ?? tick;
    this.#tick = tick;
    for (let passed = Math.max(from, tick - SLOTS) + 1; passed <= tick; passed += 1)
      this.#empty(passed % SLOTS);
    return tick % SLOTS;
  }

  #empty(slot: number): void {
    this.total -= this.#totals[slot] ?? 0;
    this.#totals[slot] = 0;
    for (const [user, count] of this.#failures[slot] ?? []) {
      this.#failed -= count;
      const left = (this.#failedFor.get(user) ?? 0) - count;
      if (left === 0) this.#failedFor.delete(user);
      else this.#failedFor.set(user, left);
    }
    this.#failures[slot]?.clear();
  }
}

/** Failures in a row. */
export class FailureStreak {
  length = 0;
  /** Since when they are those of at least three users, on the clock, ms. */
  widespreadSince: number | undefined;
  readonly #users = new Set<FailedFor | symbol>();

  addSuccess(): void {
    if (this.length === 0) return;
    this.length = 0;
    this.widespreadSince = undefined;
    this.#users.clear();
  }

  addFailure(now: number, user: FailedFor): void {
    this.length += 1;
    if (this.widespreadSince !== undefined) return;
    // A failure without a user counts as another user's.
    this.#users.add(user ?? Symbol("no user"));
    if (this.#users.size === DISTINCT_USERS) this.widespreadSince = now;
  }
}
