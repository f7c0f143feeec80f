import { failed, healthOf } from "../call.ts";
import type { Call, Failure, Health, Wrapper } from "../call.ts";
import type { Clock, Random } from "../clock.ts";
import type { Telemetry } from "../events.ts";
import { FailureStreak, FailureWindow } from "./failure-window.ts";
import type { FailedFor } from "./failure-window.ts";

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
const MOST_SUSPECTS = 2;

type State =
  | { readonly kind: "closed"; readonly window: FailureWindow; readonly streak: FailureStreak }
  | { readonly kind: "open"; readonly until: number }
  | { readonly kind: "half-open"; admitted: number; succeeded: number };

/**
 * Stops calling an upstream when half of its calls fail, and finds out with a few probes when it is
 * back (Michael Nygard, "Release It!", 2007). While open, it refuses calls at once, without the
 * network.
 *
 * - One breaker for the whole upstream counts 5xx, time-outs and connections, and one for each
 *   operation counts broken contracts: one operation's drift says nothing about the others. Hystrix
 *   has a breaker per operation for all failures, but an outage concerns them all.
 * - Failures must be those of at least three users, because one user's bad record is no outage.
 *   A call that could not connect counts without its user. Envoy, too, separates errors of a
 *   transaction from those of a connection (`split_external_local_origin_errors`).
 * - It also opens after a second of nothing but failures, if there were at least `minCalls`
 *   (decision 5).
 */
export function breaker(options: BreakerOptions | false, parts: BreakerParts): Wrapper {
  if (options === false) return (next) => next;
  const settings = { ...DEFAULTS, ...options };
  return (next) => {
    const whole = new Breaker(settings, parts, undefined);
    /** Of operations that have ever broken their contract. */
    const ofOperations = new Map<string, Breaker>();

    const recordContract = (call: Call, permit: State | undefined, health: Health | undefined): void => {
      const { name } = call.operation;
      let own = ofOperations.get(name);
      if (own === undefined) {
        if (health !== "invalid") return;
        own = new Breaker(settings, parts, name);
        ofOperations.set(name, own);
      }
      own.record(permit ?? own.closed, CONTRACT_FAILS[health ?? "failed"], userOf(call));
    };

    return (call, done) => {
      const own = ofOperations.size === 0 ? undefined : ofOperations.get(call.operation.name);
      const ownPermit = own?.admit();
      if (own !== undefined && ownPermit === undefined) return done(own.refusal(call));
      const permit = whole.admit();
      if (permit === undefined) {
        own?.record(ownPermit, undefined, undefined);
        return done(whole.refusal(call));
      }
      next(call, (outcome) => {
        const health = healthOf(outcome);
        const user = health === "unreachable" ? undefined : userOf(call);
        whole.record(permit, health === undefined ? undefined : UPSTREAM_FAILS[health], user);
        if (own !== undefined || health === "invalid") recordContract(call, ownPermit, health);
        done(outcome);
      });
    };
  };
}

/** Whether it counts as a failure of the upstream. A broken contract is an answer. */
const UPSTREAM_FAILS: Readonly<Record<Health, boolean>> = {
  answered: false,
  invalid: false,
  failed: true,
  unreachable: true,
};

/** Whether it counts as a broken contract. Undefined where there was no answer to check. */
const CONTRACT_FAILS: Readonly<Record<Health, boolean | undefined>> = {
  answered: false,
  invalid: true,
  failed: undefined,
  unreachable: undefined,
};

function userOf({ scope }: Call): FailedFor {
  return scope.request.caller.userId;
}

/** The states of a breaker and what moves it from one to the next. */
class Breaker {
  readonly #options: Required<BreakerOptions>;
  readonly #parts: BreakerParts;
  readonly #operation: string | undefined;
  #state: State;
  /**
   * Users whose probes failed since it was closed, at most two. Their next failing probes prove
   * nothing: one user's bad record would keep it open for everybody.
   */
  readonly #suspects = new Set<string>();

  /** @param operation the only operation that it is for, if it is not for the whole upstream */
  constructor(options: Required<BreakerOptions>, parts: BreakerParts, operation: string | undefined) {
    this.#options = options;
    this.#parts = parts;
    this.#operation = operation;
    this.#state = this.#newlyClosed();
  }

  /** The closed state, for a call that was sent before this breaker was made. */
  get closed(): State | undefined {
    return this.#state.kind === "closed" ? this.#state : undefined;
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

  /** The outcome of a call that was not admitted. */
  refusal(call: Call): Failure {
    const state = this.#state;
    const retryAfterMs = state.kind === "open" ? state.until - this.#parts.clock.now() : undefined;
    const ofWhat = this.#operation === undefined ? "" : ", because its answers broke the contract";
    return failed(call, {
      kind: "unavailable",
      reason: `its circuit breaker is open${ofWhat}`,
      retryAfterMs,
    });
  }

  /**
   * Counts the outcome of a call. A call that was admitted in an earlier state does not count.
   *
   * @param hasFailed undefined when the outcome says nothing about what this breaker watches
   */
  record(permit: State | undefined, hasFailed: boolean | undefined, user: FailedFor): void {
    if (permit !== this.#state) return;
    if (permit.kind === "closed") {
      if (hasFailed !== undefined) this.#count(permit, hasFailed, user);
    } else if (permit.kind === "half-open") {
      this.#probed(permit, hasFailed, user);
    }
  }

  #count({ window, streak }: State & { kind: "closed" }, hasFailed: boolean, user: FailedFor): void {
    const now = this.#parts.clock.now();
    if (!hasFailed) {
      window.addSuccess(now);
      streak.addSuccess();
      return;
    }
    window.addFailure(now, user);
    streak.addFailure(now, user);
    const { minCalls, failureRatio, outageMs } = this.#options;
    if (window.total < minCalls) return;
    const { length, widespreadSince = now } = streak;
    const isOutage = length >= minCalls && now - widespreadSince >= outageMs;
    if (isOutage || window.failsAtLeast(failureRatio, minCalls)) this.#open();
  }

  #probed(state: State & { kind: "half-open" }, hasFailed: boolean | undefined, user: FailedFor): void {
    if (hasFailed === undefined || (hasFailed && user !== undefined && this.#suspects.has(user))) {
      state.admitted -= 1;
    } else if (hasFailed) {
      if (user !== undefined && this.#suspects.size < MOST_SUSPECTS) this.#suspects.add(user);
      this.#open();
    } else {
      state.succeeded += 1;
      if (state.succeeded < this.#options.probes) return;
      this.#suspects.clear();
      this.#become(this.#newlyClosed());
    }
  }

  #open(): void {
    const { clock, random } = this.#parts;
    const openMs = this.#options.openMs * (1 - OPEN_JITTER + 2 * OPEN_JITTER * random());
    this.#become({ kind: "open", until: clock.now() + openMs }, openMs);
  }

  #newlyClosed(): State {
    return { kind: "closed", window: new FailureWindow(this.#options.windowMs), streak: new FailureStreak() };
  }

  #become(state: State, openMs?: number): void {
    const from = this.#state.kind;
    this.#state = state;
    const { telemetry, upstream } = this.#parts;
    telemetry.emit("breakerChange", { upstream, operation: this.#operation, from, to: state.kind, openMs });
  }
}
