import { endedOutcome } from "../call.ts";
import type { Call, Outcome, Progress } from "../call.ts";
import { EndableDeadline } from "../deadline.ts";
import type { Deadline, EndCause, EndListener } from "../deadline.ts";
import { SmallSet } from "../small-set.ts";

/** What a waiter gets whose deadline ends while others go on waiting. */
type Leave = (call: Call, cause: EndCause) => Outcome | Promise<Outcome>;

/**
 * One call that several waiters share. One waiter's end never fails the others; when the last one's deadline ends before
 * the answer is there, the call's own ends with it. As a deadline it has as much time as its most patient waiter.
 */
export class SharedCall extends EndableDeadline {
  /** Of the call that is made: what all its waiters wait for. */
  readonly progress: Progress;
  #settled = false;
  readonly #keeps: boolean;
  #outcome: Outcome | undefined;
  readonly #waiters = new SmallSet<Waiter>();
  /** Waiters whose deadline has not ended. */
  #patient = 0;

  readonly #leave: Leave;

  /** @param options.keeps whether it holds its outcome, for those who join after the answer came */
  constructor(progress: Progress, { leave, keeps }: { readonly leave: Leave; readonly keeps: boolean }) {
    super();
    this.progress = progress;
    this.#leave = leave;
    this.#keeps = keeps;
  }

  /** @returns the shared outcome, or the waiter's own when its deadline ends while others go on waiting */
  join(call: Call): Promise<Outcome> {
    if (this.#outcome !== undefined) return Promise.resolve(this.#outcome);
    if (call.deadline.ended !== undefined) return Promise.resolve(endedOutcome(call, call.deadline.ended));
    this.#patient += 1;
    return new Promise((resolve) => {
      this.#waiters.add(new Waiter(this, call, resolve));
    });
  }

  /** Runs the call under this deadline. The first waiter must have joined: its deadline is the call's. */
  start(run: (deadline: Deadline) => Promise<Outcome>): void {
    void run(this).then((outcome) => {
      this.#settled = true;
      if (this.#keeps) this.#outcome = outcome;
      return this.#waiters.drain((waiter) => waiter.settle(outcome));
    });
  }

  /**
   * The last waiter does not leave: it gets the outcome of the call that ends now, which says where it was, or what stands in
   * for it. Nor do those whose deadlines end in the same turn, such as two sections of one screen at the screen's own.
   */
  onWaiterEnd(waiter: Waiter, cause: EndCause): void {
    this.#patient -= 1;
    if (this.#patient === 0) {
      this.end(cause);
      return;
    }
    queueMicrotask(() => {
      if (this.ended !== undefined || this.#settled) return;
      this.#waiters.delete(waiter);
      waiter.leave(cause, this.#leave);
    });
  }

  override remainingMs(): number {
    return this.#waiters.reduce((most, waiter) => Math.max(most, waiter.remainingMs()), 0);
  }
}

/** One of those who wait for a shared call. */
class Waiter implements EndListener {
  readonly #shared: SharedCall;
  readonly #call: Call;
  readonly #resolve: (outcome: Outcome | Promise<Outcome>) => void;

  constructor(shared: SharedCall, call: Call, resolve: (outcome: Outcome | Promise<Outcome>) => void) {
    this.#shared = shared;
    this.#call = call;
    this.#resolve = resolve;
    call.deadline.add(this);
  }

  remainingMs(): number {
    return this.#call.deadline.remainingMs();
  }

  settle(outcome: Outcome): void {
    this.#call.deadline.remove(this);
    this.#resolve(outcome);
  }

  leave(cause: EndCause, outcomeOf: Leave): void {
    this.#call.progress.phase = this.#shared.progress.phase;
    this.#resolve(outcomeOf(this.#call, cause));
  }

  onEnd(cause: EndCause): void {
    this.#shared.onWaiterEnd(this, cause);
  }
}
