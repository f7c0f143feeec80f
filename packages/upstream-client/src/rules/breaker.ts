import { failed, tellsAgainst } from "../call.ts";
import type { Wrapper } from "../call.ts";
import type { Clock, Random } from "../clock.ts";
import { RollingCounts } from "./rolling-counts.ts";
import type { Telemetry } from "../telemetry.ts";

export type BreakerOptions = {
  /** Calls of this long are looked at, ms. Default 10,000: long enough to see a trend, short enough to forget one. */
  readonly windowMs?: number;
  /** Fewer calls than this in the window open nothing. Default 20: two failures of three prove little. */
  readonly minCalls?: number;
  /** The share of failed calls that opens it. Default 0.5. */
  readonly failureRatio?: number;
  /** It opens too when at least `minCalls` in a row failed for this long, ms, whatever was before. Default 1,000. */
  readonly outageMs?: number;
  /** How long it stays open, ms, ± 20% so that a fleet does not come back in step. Default 5,000. */
  readonly openMs?: number;
  /** How many calls must succeed in a row before it closes. Default 3. */
  readonly probes?: number;
};

export type BreakerParts = {
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
 * Stops calling an upstream of which half of the calls fail, and finds out with a few probes when it is back
 * (Michael Nygard, "Release It!", 2007). Open, it answers at once and the network is not touched.
 *
 * It also opens when nothing but failures came for a second, and at least as many as the window asks for: an outage after much
 * healthy traffic, of which half the window would have to fail first, which takes five seconds at a steady rate (Envoy's outlier detection
 * looks at consecutive failures beside its success rate for the same reason). A second, so that a burst of one bad moment opens nothing.
 *
 * 5xx, time-outs, broken connections and broken contracts count as failures. A 4xx is an answer. A call that its own client
 * abandoned, or that our own limit refused, counts as nothing.
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
        state.record(permit, tellsAgainst(outcome));
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

  /** @returns the state that the call was let through in, to be handed to `record`; undefined when it may not leave */
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
   * Counts what became of a call. One that left in an earlier state says nothing about this one.
   * @param bad whether it failed; undefined when that tells nothing about the upstream
   */
  record(permit: State, bad: boolean | undefined): void {
    if (permit !== this.#state) return;
    if (permit.kind === "closed") {
      if (bad !== undefined) this.#count(permit, bad);
    } else if (permit.kind === "half-open") {
      this.#probed(permit, bad);
    }
  }

  /** Milliseconds until it lets a probe through; undefined when it is not open. */
  reopensInMs(): number | undefined {
    return this.#state.kind === "open" ? this.#state.until - this.#parts.clock.now() : undefined;
  }

  #count({ counts, streak }: State & { kind: "closed" }, bad: boolean): void {
    const now = this.#parts.clock.now();
    const { minCalls, failureRatio, outageMs } = this.#options;
    counts.add(now, bad);
    streak.add(now, bad);
    if (!bad || counts.total < minCalls) return;
    const isOutage = streak.length >= minCalls && now - streak.since >= outageMs;
    if (isOutage || counts.failed >= counts.total * failureRatio) this.#open();
  }

  #probed(state: State & { kind: "half-open" }, bad: boolean | undefined): void {
    if (bad === undefined) {
      state.admitted -= 1;
    } else if (bad) {
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

/** Failures without a success between them. */
class FailureStreak {
  length = 0;
  /** When the first of them came, on the clock. */
  since = 0;

  add(now: number, bad: boolean): void {
    if (!bad) this.length = 0;
    else if ((this.length += 1) === 1) this.since = now;
  }
}
