import type { CancelTimer, Clock } from "./clock.ts";
import { SmallSet } from "./small-set.ts";

/** Why work must stop: its time is up, or nobody waits for its answer any more. */
export type EndCause = "deadline" | "abandoned";

/** Told once when the deadline ends. An object, not a closure: one call registers several of them. */
export interface EndListener {
  onEnd(cause: EndCause): void;
}

/**
 * How long some work may still go on, and the word to stop it.
 *
 * This is what an `AbortSignal` would carry, without the cost of one: a signal handed to three requests
 * costs more than the requests' own bookkeeping, a list of listeners behind one timer costs nothing measurable.
 */
export interface Deadline {
  /** Milliseconds left; 0 when it has ended. */
  remainingMs(): number;
  /** Undefined while the work may go on. */
  readonly ended: EndCause | undefined;
  /** Registers a listener; one that registers after the end is not called, so look at `ended` first. */
  add(listener: EndListener): void;
  remove(listener: EndListener): void;
}

/** The part that all kinds of deadline share: it ends once, and tells its listeners. */
export abstract class EndableDeadline implements Deadline {
  #ended: EndCause | undefined;
  readonly #listeners = new SmallSet<EndListener>();

  abstract remainingMs(): number;

  get ended(): EndCause | undefined {
    return this.#ended;
  }

  add(listener: EndListener): void {
    this.#listeners.add(listener);
  }

  remove(listener: EndListener): void {
    this.#listeners.delete(listener);
  }

  /** Ends it now. Later calls do nothing: the first cause stands. */
  end(cause: EndCause): void {
    if (this.#ended !== undefined) return;
    this.#ended = cause;
    this.#listeners.drain((listener) => listener.onEnd(cause));
  }
}

/**
 * A deadline with one timer of its own, `ms` milliseconds after its making, and never later than its parent's.
 *
 * undici's own time-outs are only good to about a second, so this timer is the only one that stops a call.
 * Whoever makes one calls `dispose` when the work is over, which stops the timer without telling anybody.
 */
export class TimedDeadline extends EndableDeadline implements EndListener {
  readonly #clock: Clock;
  readonly #expiresAt: number;
  readonly #cancelTimer: CancelTimer;
  readonly #parent: Deadline | undefined;

  constructor(clock: Clock, ms: number, parent?: Deadline) {
    super();
    this.#clock = clock;
    this.#parent = parent;
    this.#expiresAt = clock.now() + ms;
    this.#cancelTimer = clock.setTimer(Math.max(0, ms), () => this.end("deadline"));
    if (parent?.ended !== undefined) this.end(parent.ended);
    else parent?.add(this);
  }

  remainingMs(): number {
    if (this.ended !== undefined) return 0;
    const own = Math.max(0, this.#expiresAt - this.#clock.now());
    return this.#parent === undefined ? own : Math.min(own, this.#parent.remainingMs());
  }

  /** The parent ended, so this ends too. */
  onEnd(cause: EndCause): void {
    this.end(cause);
  }

  override end(cause: EndCause): void {
    this.dispose();
    super.end(cause);
  }

  dispose(): void {
    this.#cancelTimer();
    this.#parent?.remove(this);
  }
}
