import { countsAsFailure, failed } from "../call.ts";
import type { Wrapper } from "../call.ts";
import type { Clock, Random } from "../clock.ts";
import type { Telemetry } from "../events.ts";

/** When the circuit breaker opens, and how it closes again. */
export type BreakerOptions = {
  /**
   * The length of the window of calls that it looks at, ms. Default 10,000: long enough to show a
   * trend, short enough to forget one.
   */
  readonly windowMs?: number;
  /**
   * With fewer calls in the window it stays closed. Default 20: two failures out of three prove
   * little.
   */
  readonly minCalls?: number;
  /** The share of failed calls at which it opens. Default 0.5. */
  readonly failureRatio?: number;
  /** It also opens when at least `minCalls` in a row failed over this time, ms. Default 1,000. */
  readonly outageMs?: number;
  /**
   * How long it stays open, ms, ± 20% so that a fleet does not come back all at once. Default
   * 5,000.
   */
  readonly openMs?: number;
  /** How many calls must succeed in a row before it closes. Default 3. */
  readonly probes?: number;
};

type BreakerParts = {
  readonly upstream: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly telemetry: Telemetry;
};

const DEFAULTS = {
  windowMs: 10_000,
  minCalls: 20,
  failureRatio: 0.5,
  outageMs: 1_000,
  openMs: 5_000,
  probes: 3,
} as const satisfies Required<BreakerOptions>;

const OPEN_JITTER = 0.2;

type State =
  | { readonly kind: "closed"; readonly counts: RollingCounts; readonly streak: FailureStreak }
  | { readonly kind: "open"; readonly until: number }
  | { readonly kind: "half-open"; admitted: number; succeeded: number };

/**
 * Stops calling an upstream when half of its calls fail, and finds out with a few probes when it is
 * back (Michael Nygard, "Release It!", 2007). While open, it refuses calls at once, without the
 * network.
 *
 * It also opens after a second of nothing but failures, if there were at least `minCalls`. After
 * much healthy traffic, it takes five seconds at a steady rate until half of the window has failed.
 * Envoy's outlier detection counts consecutive failures beside its success rate for the same
 * reason. A whole second, so that one bad moment does not open it.
 *
 * What counts as a failure: see `countsAsFailure`.
 */
export function breaker(options: BreakerOptions | false, parts: BreakerParts): Wrapper {
  if (options === false) return (next) => next;
  return (next) => {
    const state = new Breaker({ ...DEFAULTS, ...options }, parts);
    return (call) => {
      const permit = state.admit();
      if (permit === undefined) {
        const reason = "its circuit breaker is open";
        const retryAfterMs = state.reopensInMs();
        return Promise.resolve(failed(call, { kind: "unavailable", reason, retryAfterMs }));
      }
      return next(call).then((outcome) => {
        state.record(permit, countsAsFailure(outcome));
        return outcome;
      });
    };
  };
}

/** The states of a breaker and what moves it from one to the next. */
class Breaker {
  readonly #options: Required<BreakerOptions>;
  readonly #parts: BreakerParts;
  #state: State;

  constructor(options: Required<BreakerOptions>, parts: BreakerParts) {
    this.#options = options;
    this.#parts = parts;
    this.#state = this.#closed();
  }

  /**
   * @returns the state in which the call was admitted, to be passed to `record`; undefined when it
   * may not leave
   */
  admit(): State | undefined {
    const { clock } = this.#parts;
    if (this.#state.kind === "open" && clock.now() >= this.#state.until) {
      this.#become({ kind: "half-open", admitted: 0, succeeded: 0 });
    }
    const state = this.#state;
    if (state.kind === "open") return undefined;
    if (state.kind === "half-open") {
      if (state.admitted === this.#options.probes) return undefined;
      state.admitted += 1;
    }
    return state;
  }

  /**
   * Counts the outcome of a call. A call that was admitted in an earlier state does not count.
   *
   * @param hasFailed undefined when the outcome says nothing about the upstream
   */
  record(permit: State, hasFailed: boolean | undefined): void {
    if (permit !== this.#state) return;
    if (permit.kind === "closed") {
      if (hasFailed !== undefined) this.#count(permit, hasFailed);
    } else if (permit.kind === "half-open") {
      this.#probed(permit, hasFailed);
    }
  }

  /** Milliseconds until it admits a probe; undefined when it is not open. */
  reopensInMs(): number | undefined {
    return this.#state.kind === "open" ? this.#state.until - this.#parts.clock.now() : undefined;
  }

  #count({ counts, streak }: State & { kind: "closed" }, hasFailed: boolean): void {
    const now = this.#parts.clock.now();
    const { minCalls, failureRatio, outageMs } = this.#options;
    counts.add(now, hasFailed);
    streak.add(now, hasFailed);
    if (!hasFailed || counts.total < minCalls) return;
    const isOutage = streak.length >= minCalls && now - streak.since >= outageMs;
    if (isOutage || counts.failed >= counts.total * failureRatio) this.#open();
  }

  #probed(state: State & { kind: "half-open" }, hasFailed: boolean | undefined): void {
    if (hasFailed === undefined) {
      state.admitted -= 1;
    } else if (hasFailed) {
      this.#open();
    } else {
      state.succeeded += 1;
      if (state.succeeded === this.#options.probes) this.#become(this.#closed());
    }
  }

  #open(): void {
    const { clock, random } = this.#parts;
    const openMs = this.#options.openMs * (1 - OPEN_JITTER + 2 * OPEN_JITTER * random());
    this.#become({ kind: "open", until: clock.now() + openMs }, openMs);
  }

  #closed(): State {
    const counts = new RollingCounts(this.#options.windowMs);
    return { kind: "closed", counts, streak: new FailureStreak() };
  }

  #become(state: State, openMs?: number): void {
    const from = this.#state.kind;
    this.#state = state;
    const { telemetry, upstream } = this.#parts;
    telemetry.emit("breakerChange", { upstream, from, to: state.kind, openMs });
  }
}

/** Failures in a row. */
class FailureStreak {
  length = 0;
  /** When the first of them came, on the clock, ms. */
  since = 0;

  add(now: number, hasFailed: boolean): void {
    if (!hasFailed) this.length = 0;
    else if ((this.length += 1) === 1) this.since = now;
  }
}

/** The window is divided into this many slots, and moves on by one slot at a time. */
const SLOTS = 10;

/** How many calls there were in the last `windowMs` milliseconds, and how many of them failed. */
class RollingCounts {
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
  add(now: number, hasFailed: boolean): void {
    const tick = Math.floor(now / this.#slotMs);
    if (this.#tick === undefined) this.#tick = tick;
    else if (tick !== this.#tick) this.#advance(this.#tick, tick);
    const slot = tick % SLOTS;
    this.total += 1;
    this.#totals[slot] = (this.#totals[slot] ?? 0) + 1;
    if (!hasFailed) return;
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
