import type { Call, Outcome, Send, Wrapper } from "../call.ts";
import type { CancelTimer, Clock } from "../clock.ts";
import { EndableDeadline } from "../deadline.ts";
import type { Deadline, EndCause, EndListener } from "../deadline.ts";
import type { HedgeEvent } from "../events.ts";
import { HedgeAllowance } from "./hedge-allowance.ts";
import { LatencyEstimate } from "./latency-estimate.ts";
import type { RetryBudget } from "./retry-budget.ts";
import type { Telemetry } from "../telemetry.ts";

export type HedgeOptions = {
  /** The most hedges, as a share of the calls of operations that may be hedged. Default 0.05: what lies beyond the 95th percentile. */
  readonly maxShare?: number;
};

export type HedgeParts = {
  readonly clock: Clock;
  readonly budget: RetryBudget;
  readonly telemetry: Telemetry;
};

const DEFAULT_MAX_SHARE = 0.05;

/** A call slower than this share of its like is worth a second one. */
const PERCENTILE = 0.95;

/**
 * Starts a second attempt beside one that is slower than 95% of its like, for operations that ask for it; the first good
 * answer wins and the other is aborted (Jeffrey Dean, Luiz André Barroso: "The Tail at Scale", CACM 2013).
 *
 * A hedge takes a token of the retry budget and counts against its own share of calls. When everything becomes slow, the
 * percentile follows and nothing is later than it any more, so hedging stops by itself. A call that waits for a place or for a retry is not
 * hedged: it is our limit that holds it, or an upstream that asked for less.
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
    return (call) => {
      const { hedge, method } = call.operation;
      return hedge === true && method === "GET" ? sendHedged(upstream, call) : next(call);
    };
  };
}

type HedgedUpstream = HedgeParts & {
  readonly next: Send;
  readonly latency: LatencyEstimate;
  readonly allowance: HedgeAllowance;
};

function sendHedged(upstream: HedgedUpstream, call: Call): Promise<Outcome> {
  return new Promise((resolve) => {
    new Race(upstream, call, resolve).begin();
  });
}

/** One call and, if it is late, a second one like it. */
class Race {
  readonly #upstream: HedgedUpstream;
  readonly #call: Call;
  readonly #resolve: (outcome: Outcome) => void;
  readonly #startedAt: number;
  readonly #afterMs: number | undefined;
  readonly #first: Runner;
  #second: Runner | undefined;
  #cancelTimer: CancelTimer | undefined;
  #settled = false;

  constructor(upstream: HedgedUpstream, call: Call, resolve: (outcome: Outcome) => void) {
    this.#upstream = upstream;
    this.#call = call;
    this.#resolve = resolve;
    this.#startedAt = upstream.clock.now();
    this.#afterMs = upstream.latency.percentile(PERCENTILE);
    this.#first = new Runner(call.deadline);
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
    if (!allowance.hasOne) return this.#tell("limit-reached", afterMs);
    if (!budget.tryWithdraw()) return this.#tell("budget-exhausted", afterMs);
    allowance.withdraw();
    this.#tell("started", afterMs);
    this.#second = new Runner(deadline);
    this.#run(this.#second, {
      ...this.#call,
      deadline: this.#second,
      mayRetry: false,
      progress: { phase: "queue", address: progress.address },
    });
  }

  #run(runner: Runner, call: Call): void {
    void this.#upstream.next(call).then((outcome) => this.#arrived(runner, outcome));
  }

  #arrived(runner: Runner, outcome: Outcome): void {
    runner.arrive(outcome);
    if (this.#settled) return;
    const other = runner === this.#first ? this.#second : this.#first;
    // A 4xx is an answer: the other attempt would get the same.
    const answered = outcome.ok || outcome.error.kind === "rejected";
    if (!answered && other !== undefined && other.outcome === undefined) return;

    this.#settled = true;
    this.#cancelTimer?.();
    this.#observe(runner, outcome);
    if (answered && runner === this.#second) this.#tell("won", this.#afterMs ?? 0);
    other?.lose();
    this.#resolve(answered ? outcome : (this.#first.outcome ?? outcome));
  }

  /**
   * What the first attempt took, or would have at least: a loser's time so far must count, else the estimate would only ever
   * see those that were fast enough. A quick failure says nothing about latency.
   */
  #observe(runner: Runner, outcome: Outcome): void {
    const tells =
      outcome.ok ||
      outcome.error.kind === "rejected" ||
      outcome.error.kind === "timeout" ||
      runner !== this.#first;
    if (tells) this.#upstream.latency.observe(this.#upstream.clock.now() - this.#startedAt);
  }

  #tell(decision: HedgeEvent["decision"], afterMs: number): void {
    const { upstream, operation } = this.#call;
    this.#upstream.telemetry.emit("hedge", { upstream, operation: operation.name, decision, afterMs });
  }
}

/** The deadline of one of the two: the call's, or the moment that the other wins. */
class Runner extends EndableDeadline implements EndListener {
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

  lose(): void {
    this.end("abandoned");
  }
}
