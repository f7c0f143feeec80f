import { endedOutcome, failed } from "../call.ts";
import type { Call, Failure, Outcome, Wrapper } from "../call.ts";
import type { CancelTimer, Clock } from "../clock.ts";
import type { EndCause, EndListener } from "../deadline.ts";
import { BinaryAnswer } from "../dialect/binary-answer.ts";
import type { QueueWaitEvent, Telemetry } from "../events.ts";

/** How much of this process one upstream may use. */
export type BulkheadOptions = {
  /**
   * Attempts in flight, each on a socket of its own. Default 64: many times what a healthy service
   * needs.
   */
  readonly maxInFlight?: number;
  /** Calls that may wait for a slot. Default 32. */
  readonly maxQueued?: number;
  /**
   * How long a call may wait, ms. Default 25: enough for a burst. A longer wait only hides that the
   * upstream is too slow.
   */
  readonly maxWaitMs?: number;
};

type BulkheadParts = {
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
 * Limits how much of this process one slow upstream can use: how many attempts are in flight, how
 * many wait, and for how long. Beyond that a call is `overloaded` at once. Slots are given in the
 * order of asking, and a waiter whose deadline ends leaves the queue at once (Nygard, "Release
 * It!", 2007; Google's SRE book, chapter 21).
 */
export function bulkhead(options: BulkheadOptions, parts: BulkheadParts): Wrapper {
  return (next) => {
    const slots = new Slots({ ...DEFAULTS, ...options }, parts);
    return (call, done) => {
      const leave = (outcome: Outcome): void => {
        // A stream keeps its slot until its last byte.
        if (outcome.ok && outcome.value instanceof BinaryAnswer)
          outcome.value.whenReceived(() => slots.leave());
        else slots.leave();
        done(outcome);
      };
      if (slots.tryTake()) return next(call, leave);
      slots.wait(call, (failure) => (failure === undefined ? next(call, leave) : done(failure)));
    };
  };
}

class Slots {
  readonly #limits: Required<BulkheadOptions>;
  readonly #parts: BulkheadParts;
  /**
   * An array, because the old tables of a busy Set hold its former members until the next full
   * collection.
   */
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

  /** @param onEnd gets undefined once the call has a slot, or the failure that ended the wait */
  wait(call: Call, onEnd: (failure: Failure | undefined) => void): void {
    const { ended } = call.deadline;
    if (ended !== undefined) return onEnd(endedOutcome(call, ended));
    call.progress.phase = "queue";
    const { maxInFlight, maxQueued, maxWaitMs } = this.#limits;
    if (this.#queue.length >= maxQueued) {
      const reason = `${maxInFlight} calls in flight and ${maxQueued} waiting already`;
      this.#report(call, "overloaded", 0);
      return onEnd(failed(call, { kind: "overloaded", phase: "queue", reason }));
    }
    const { clock } = this.#parts;
    const since = clock.now();
    const waiting = new Waiting(call, clock, maxWaitMs, (result, failure) => {
      this.#queue.splice(this.#queue.indexOf(waiting), 1);
      this.#report(call, result, clock.now() - since);
      onEnd(failure);
    });
    this.#queue.push(waiting);
  }

  /** Gives the slot to the first waiter, if there is one. */
  leave(): void {
    const [first] = this.#queue;
    if (first === undefined) this.#inFlight -= 1;
    else first.admit();
  }

  #report({ operation, trace }: Call, result: Result, waitedMs: number): void {
    const { telemetry, upstream } = this.#parts;
    if (trace !== undefined) trace.queueMs = waitedMs;
    telemetry.emit("queueWait", { upstream, operation: operation.name, result, waitedMs });
  }
}

type Result = QueueWaitEvent["result"];

class Waiting implements EndListener {
  readonly #call: Call;
  readonly #cancelTimer: CancelTimer;
  readonly #done: (result: Result, failure: Failure | undefined) => void;

  constructor(
    call: Call,
    clock: Clock,
    maxWaitMs: number,
    done: (result: Result, failure: Failure | undefined) => void,
  ) {
    this.#call = call;
    this.#done = done;
    this.#cancelTimer = clock.setTimer(maxWaitMs, () => {
      call.deadline.remove(this);
      const reason = `no slot was free within ${maxWaitMs} ms`;
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
