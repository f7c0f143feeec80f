import type { Call, Done, Outcome, Send, Wrapper } from "../call.ts";
import type { CancelTimer, Clock } from "../clock.ts";
import { EndableDeadline } from "../deadline.ts";
import type { Deadline, EndCause, EndListener } from "../deadline.ts";
import type { HedgeEvent, Telemetry } from "../events.ts";
import { LatencyEstimate } from "./latency-estimate.ts";
import type { RetryBudget } from "./retry-budget.ts";

/** How many calls may be hedged. */
export type HedgeOptions = {
  /**
   * The most hedges, as a share of the calls that may be hedged. Default 0.05: those beyond the
   * 95th percentile.
   */
  readonly maxShare?: number;
};

type HedgeParts = {
  readonly clock: Clock;
  readonly budget: RetryBudget;
  readonly telemetry: Telemetry;
};

const DEFAULT_MAX_SHARE = 0.05;

/** A call that is slower than this share of calls gets a second attempt. */
const PERCENTILE = 0.95;

/**
 * Starts a second attempt beside one that is slower than 95% of calls, for operations that allow
 * it. The first good answer wins, and the other attempt is aborted (Jeffrey Dean, Luiz André
 * Barroso: "The Tail at Scale", CACM 2013; gRFC A6).
 *
 * A hedge takes a token of the retry budget and counts against its own share of calls. When all
 * calls become slow, the percentile rises with them, so hedging stops by itself. A call that waits
 * for a slot or for a retry is not hedged: our own limit holds it, or the upstream asked for fewer
 * calls.
 */
export function hedge(options: HedgeOptions | false, parts: HedgeParts): Wrapper {
  if (options === false) return (next) => next;
  return (next) => {
    const upstream: HedgedUpstream = {
      ...parts,
      next,
      latency: new LatencyEstimate(parts.clock),
      allowance: new HedgeAllowance(options.maxShare ?? DEFAULT_MAX_SHARE),
    };
    return (call, done) => {
      const { hedge, method, answerTypes } = call.operation;
      if (hedge === true && method === "GET" && answerTypes === undefined)
        new Race(upstream, call, done).begin();
      else next(call, done);
    };
  };
}

type HedgedUpstream = HedgeParts & {
  readonly next: Send;
  readonly latency: LatencyEstimate;
  readonly allowance: HedgeAllowance;
};

/** One call and, if it is slow, a second attempt beside the first. */
class Race {
  readonly #upstream: HedgedUpstream;
  readonly #call: Call;
  readonly #done: Done;
  readonly #startedAt: number;
  readonly #afterMs: number | undefined;
  readonly #first: Contender;
  #second: Contender | undefined;
  #cancelTimer: CancelTimer | undefined;
  #settled = false;

  constructor(upstream: HedgedUpstream, call: Call, done: Done) {
    this.#upstream = upstream;
    this.#call = call;
    this.#done = done;
    this.#startedAt = upstream.clock.now();
    this.#afterMs = upstream.latency.percentile(PERCENTILE);
    this.#first = new Contender(call.deadline);
  }

  begin(): void {
    this.#upstream.allowance.deposit();
    const afterMs = this.#afterMs;
    if (afterMs !== undefined && afterMs < this.#call.deadline.remainingMs()) {
      this.#cancelTimer = this.#upstream.clock.setTimer(afterMs, () => this.#hedge(afterMs));
    }
    this.#run(this.#first, { ...this.#call, deadline: this.#first });
  }

  #hedge(afterMs: number): void {
    const { progress, deadline } = this.#call;
    if (deadline.ended !== undefined || progress.phase === "queue" || progress.phase === "backoff") return;
    const { allowance, budget } = this.#upstream;
    if (!allowance.hasOne) return this.#report("limit-reached", afterMs);
    if (!budget.tryWithdraw()) return this.#report("budget-exhausted", afterMs);
    allowance.withdraw();
    this.#report("started", afterMs);
    this.#second = new Contender(deadline);
    this.#run(this.#second, {
      ...this.#call,
      deadline: this.#second,
      mayRetry: false,
      progress: { phase: "queue", address: progress.address },
    });
  }

  #run(attempt: Contender, call: Call): void {
    this.#upstream.next(call, (outcome) => this.#arrived(attempt, outcome));
  }

  #arrived(attempt: Contender, outcome: Outcome): void {
    attempt.arrive(outcome);
    if (this.#settled) return;
    const other = attempt === this.#first ? this.#second : this.#first;
    // A 4xx is an answer: the other attempt would get the same one.
    const answered = outcome.ok || outcome.error.kind === "rejected";
    if (!answered && other !== undefined && other.outcome === undefined) return;

    this.#settled = true;
    this.#cancelTimer?.();
    this.#observe(attempt, outcome);
    if (answered && attempt === this.#second) this.#report("won", this.#afterMs ?? 0);
    other?.lose();
    this.#done(answered ? outcome : (this.#first.outcome ?? outcome));
  }

  /**
   * Observes how long the first attempt took, or has taken so far. A slow attempt that lost must
   * count, or the estimate would only see fast ones. A quick failure says nothing about latency.
   */
  #observe(attempt: Contender, outcome: Outcome): void {
    const isLatency =
      outcome.ok ||
      outcome.error.kind === "rejected" ||
      outcome.error.kind === "timeout" ||
      attempt !== this.#first;
    if (isLatency) this.#upstream.latency.observe(this.#upstream.clock.now() - this.#startedAt);
  }

  #report(decision: HedgeEvent["decision"], afterMs: number): void {
    const { upstream, operation } = this.#call;
    this.#upstream.telemetry.emit("hedge", { upstream, operation: operation.name, decision, afterMs });
  }
}

/** One side of the race, as a deadline: it ends with the call's, or when the other attempt wins. */
class Contender extends EndableDeadline implements EndListener {
  readonly #parent: Deadline;
  outcome: Outcome | undefined;

  constructor(parent: Deadline) {
    super();
    this.#parent = parent;
    if (parent.ended === undefined) parent.add(this);
    else this.end(parent.ended);
  }

  override remainingMs(): number {
    return this.ended === undefined ? this.#parent.remainingMs() : 0;
  }

  onEnd(cause: EndCause): void {
    this.end(cause);
  }

  arrive(outcome: Outcome): void {
    this.outcome = outcome;
    this.#parent.remove(this);
  }

  /** The other side won. */
  lose(): void {
    this.end("abandoned");
  }
}

/** Hedges that may be saved up, so that a short slow spell can use what quiet times left. */
const MOST_SAVED = 5;

/** Allows hedges for at most a share of calls. It starts with none and saves few. */
class HedgeAllowance {
  readonly #share: number;
  #saved = 0;

  /** @param share between 0 and 1 */
  constructor(share: number) {
    this.#share = share;
  }

  /** A call was made that may be hedged. */
  deposit(): void {
    this.#saved = Math.min(MOST_SAVED, this.#saved + this.#share);
  }

  /** Whether one more hedge is within the share. */
  get hasOne(): boolean {
    // Twenty additions of 0.05 are a little less than 1.
    return this.#saved >= 1 - Number.EPSILON * 20;
  }

  withdraw(): void {
    this.#saved = Math.max(0, this.#saved - 1);
  }
}
