import { endedOutcome, failed } from "../call.ts";
import type { Call, Done, Failure, Outcome, Send, Success } from "../call.ts";
import type { EndCause } from "../deadline.ts";
import type { FailureDetails } from "../errors.ts";

/**
 * What a wrapper wraps in a test: it keeps each call until the test answers or its deadline ends.
 */
export class ScriptedSend {
  readonly calls: PendingCall[] = [];

  readonly send: Send = (call, done) => void this.calls.push(new PendingCall(call, done));

  /** The call that came in as number `index`, counted from 0. @throws RangeError when fewer came */
  at(index: number): PendingCall {
    const call = this.calls[index];
    if (call === undefined)
      throw new RangeError(`expected call number ${index}, only ${this.calls.length} came`);
    return call;
  }

  get inFlight(): number {
    return this.calls.filter(({ settled }) => !settled).length;
  }
}

export class PendingCall {
  readonly call: Call;
  settled = false;
  ended: EndCause | undefined;
  readonly #done: Done;

  constructor(call: Call, done: Done) {
    this.call = call;
    this.#done = done;
    call.progress.phase = "headers";
    if (call.deadline.ended === undefined) call.deadline.add(this);
    else this.onEnd(call.deadline.ended);
  }

  onEnd(cause: EndCause): void {
    this.ended = cause;
    this.settle(endedOutcome(this.call, cause));
  }

  succeed(value: unknown, response?: Success["response"]): void {
    this.settle({ ok: true, value, response, stale: undefined });
  }

  fail(details: Partial<FailureDetails> = {}, reusedSocket = false): void {
    const whole = { kind: "unavailable", phase: "headers", reason: "as the test says", ...details } as const;
    this.settle(failed(this.call, whole, reusedSocket));
  }

  settle(outcome: Outcome): void {
    if (this.settled) throw new Error("a call was settled twice");
    this.settled = true;
    this.call.deadline.remove(this);
    this.#done(outcome);
  }
}

/** A `Send` that returns a promise, which is easier to wait for in a test. */
export function promised(send: Send): (call: Call) => Promise<Outcome> {
  return (call) => new Promise((resolve) => send(call, resolve));
}

/** The error of an outcome that must be a failure. */
export function failureOf(outcome: Outcome): Failure["error"] {
  if (outcome.ok) throw new Error(`expected a failure, got ${JSON.stringify(outcome.value)}`);
  return outcome.error;
}

/** The value of an outcome that must be a success. */
export function valueOf(outcome: Outcome): unknown {
  if (!outcome.ok) throw outcome.error;
  return outcome.value;
}
