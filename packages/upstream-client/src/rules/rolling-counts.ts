/** A window is this many slots; what leaves it leaves slot by slot. */
const SLOTS = 10;

/** How many calls there were in the last `windowMs` milliseconds, and how many of them failed. */
export class RollingCounts {
  readonly #slotMs: number;
  readonly #totals = new Float64Array(SLOTS);
  readonly #failures = new Float64Array(SLOTS);
  #tick: number | undefined;
  total = 0;
  failed = 0;

  constructor(windowMs: number) {
    this.#slotMs = windowMs / SLOTS;
  }

  /** @param now in milliseconds, never less than at the last call */
  add(now: number, failed: boolean): void {
    const tick = Math.floor(now / this.#slotMs);
    if (this.#tick === undefined) this.#tick = tick;
    else if (tick !== this.#tick) this.#advance(this.#tick, tick);
    const slot = tick % SLOTS;
    this.total += 1;
    this.#totals[slot] = (this.#totals[slot] ?? 0) + 1;
    if (!failed) return;
    this.failed += 1;
    this.#failures[slot] = (this.#failures[slot] ?? 0) + 1;
  }

  #advance(from: number, tick: number): void {
    for (let passed = Math.max(from, tick - SLOTS) + 1; passed <= tick; passed += 1) {
      const slot = passed % SLOTS;
      this.total -= this.#totals[slot] ?? 0;
      this.failed -= this.#failures[slot] ?? 0;
      this.#totals[slot] = 0;
      this.#failures[slot] = 0;
    }
    this.#tick = tick;
  }
}
