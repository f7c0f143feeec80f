import { endedOutcome, failed } from "../call.ts";
import type { Call, Failure, Outcome, Send, Wrapper } from "../call.ts";
import type { CancelTimer, Clock } from "../clock.ts";
import type { EndCause, EndListener } from "../deadline.ts";
import type { Telemetry } from "../telemetry.ts";

export type BulkheadOptions = {
  /** Attempts in flight at once, each on a socket of its own. Default 64: many times what a healthy service needs. */
  readonly maxInFlight?: number;
  /** Calls that may wait for a place. Default 32. */
  readonly maxQueued?: number;
  /** How long one may wait, ms. Default 25: a queue is for a burst; a longer one only hides that the upstream is too slow. */
  readonly maxWaitMs?: number;
};

export type BulkheadParts = {
  readonly upstream: string;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
};

const DEFAULTS = {
  maxInFlight: 64,
  maxQueued: 32,
  maxWaitMs: 25,
} as const satisfies Required<BulkheadOptions>;

/**
 * Bounds what one slow upstream can take of this process: so many attempts in flight, so many waiting, so long. Beyond that a call is
 * `overloaded` at once. Places are given in the order of asking; a waiter whose deadline ends leaves the queue at once.
 */
export function bulkhead(options: BulkheadOptions, parts: BulkheadParts): Wrapper {
  return (next) => {
    const places = new Places({ ...DEFAULTS, ...options }, parts);
    return (call) => (places.tryTake() ? sendAndLeave(places, next, call) : waitForPlace(places, next, call));
  };
}

function sendAndLeave(places: Places, next: Send, call: Call): Promise<Outcome> {
  return next(call).then((outcome) => {
    places.leave();
    return outcome;
  });
}

async function waitForPlace(places: Places, next: Send, call: Call): Promise<Outcome> {
  return (await places.wait(call)) ?? sendAndLeave(places, next, call);
}

class Places {
  readonly #limits: Required<BulkheadOptions>;
  readonly #parts: BulkheadParts;
  /** An array: the old tables of a Set that members come and go from hold them until the next full collection. */
  readonly #queue: Waiting[] = [];
  #inFlight = 0;

  constructor(limits: Required<BulkheadOptions>, parts: BulkheadParts) {
    this.#limits = limits;
    this.#parts = parts;
  }

  tryTake(): boolean {
    if (this.#inFlight >= this.#limits.maxInFlight) return false;
    this.#inFlight += 1;
    return true;
  }

  /** @returns undefined with a place taken, or what ended the wait instead */
  wait(call: Call): Promise<Failure | undefined> {
    const { ended } = call.deadline;
    if (ended !== undefined) return Promise.resolve(endedOutcome(call, ended));
    call.progress.phase = "queue";
    const { maxInFlight, maxQueued, maxWaitMs } = this.#limits;
    if (this.#queue.length >= maxQueued) {
      const reason = `${maxInFlight} calls in flight and ${maxQueued} waiting already`;
      this.#tell(call, "overloaded", 0);
      return Promise.resolve(failed(call, { kind: "overloaded", phase: "queue", reason }));
    }
    const { clock } = this.#parts;
    const since = clock.now();
    return new Promise((resolve) => {
      const waiting = new Waiting(call, clock, maxWaitMs, (result, failure) => {
        this.#queue.splice(this.#queue.indexOf(waiting), 1);
        this.#tell(call, result, clock.now() - since);
        resolve(failure);
      });
      this.#queue.push(waiting);
    });
  }

  /** Hands the place to the first who waits. */
  leave(): void {
    const [first] = this.#queue;
    if (first === undefined) this.#inFlight -= 1;
    else first.admit();
  }

  #tell({ operation }: Call, result: WaitResult, waitedMs: number): void {
    const { telemetry, upstream } = this.#parts;
    telemetry.emit("queueWait", { upstream, operation: operation.name, result, waitedMs });
  }
}

type WaitResult = "admitted" | "overloaded" | "ended";

class Waiting implements EndListener {
  readonly #call: Call;
  readonly #cancelTimer: CancelTimer;
  readonly #done: (result: WaitResult, failure: Failure | undefined) => void;

  constructor(
    call: Call,
    clock: Clock,
    maxWaitMs: number,
    done: (result: WaitResult, failure: Failure | undefined) => void,
  ) {
    this.#call = call;
    this.#done = done;
    this.#cancelTimer = clock.setTimer(maxWaitMs, () => {
      call.deadline.remove(this);
      const reason = `no place free within ${maxWaitMs} ms`;
      done("overloaded", failed(call, { kind: "overloaded", phase: "queue", reason }));
    });
    call.deadline.add(this);
  }

  admit(): void {
    this.#cancelTimer();
    this.#call.deadline.remove(this);
    this.#done("admitted", undefined);
  }

  onEnd(cause: EndCause): void {
    this.#cancelTimer();
    this.#done("ended", endedOutcome(this.#call, cause));
  }
}
