import type { Outcome } from "./call.ts";
import { EndableDeadline } from "./deadline.ts";
import type { Deadline, EndCause, EndListener } from "./deadline.ts";

/**
 * One call that several waiters share. One waiter's end never fails the others; when the last one's deadline ends before
 * the answer is there, the call's own ends with it. As a deadline it has as much time as its most patient waiter.
 */
export class SharedCall extends EndableDeadline {
  #outcome: Outcome | undefined;
  readonly #waiters = new Set<Waiter>();

  /**
   * @param outcomeAtEnd what the waiter gets when its deadline ends while others go on waiting
   * @returns the shared outcome, or the waiter's own at its end
   */
  join(deadline: Deadline, outcomeAtEnd: (cause: EndCause) => Outcome): Promise<Outcome> {
    if (this.#outcome !== undefined) return Promise.resolve(this.#outcome);
    if (deadline.ended !== undefined) return Promise.resolve(outcomeAtEnd(deadline.ended));
    return new Promise((resolve) => {
      this.#waiters.add(new Waiter(this, deadline, resolve, outcomeAtEnd));
    });
  }

  /** Runs the call under this deadline. The first waiter must have joined: its deadline is the call's. */
  async start(run: (deadline: Deadline) => Promise<Outcome>): Promise<void> {
    const outcome = await run(this);
    this.#outcome = outcome;
    for (const waiter of this.#waiters) waiter.settle(outcome);
    this.#waiters.clear();
  }

  /** The last waiter does not leave: it gets the outcome of the call that ends now, which says where it was. */
  onWaiterEnd(waiter: Waiter, cause: EndCause): void {
    if (this.#waiters.size === 1) {
      this.end(cause);
      return;
    }
    this.#waiters.delete(waiter);
    waiter.leave(cause);
  }

  override remainingMs(): number {
    let most = 0;
    for (const waiter of this.#waiters) most = Math.max(most, waiter.remainingMs());
    return most;
  }
}

/** One of those who wait for a shared call. */
class Waiter implements EndListener {
  readonly #call: SharedCall;
  readonly #deadline: Deadline;
  readonly #resolve: (outcome: Outcome) => void;
  readonly #outcomeAtEnd: (cause: EndCause) => Outcome;

  constructor(
    call: SharedCall,
    deadline: Deadline,
    resolve: (outcome: Outcome) => void,
    outcomeAtEnd: (cause: EndCause) => Outcome,
  ) {
    this.#call = call;
    this.#deadline = deadline;
    this.#resolve = resolve;
    this.#outcomeAtEnd = outcomeAtEnd;
    deadline.add(this);
  }

  remainingMs(): number {
    return this.#deadline.remainingMs();
  }

  settle(outcome: Outcome): void {
    this.#deadline.remove(this);
    this.#resolve(outcome);
  }

  leave(cause: EndCause): void {
    this.#resolve(this.#outcomeAtEnd(cause));
  }

  onEnd(cause: EndCause): void {
    this.#call.onWaiterEnd(this, cause);
  }
}
