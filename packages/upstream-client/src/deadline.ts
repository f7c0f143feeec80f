import type { CancelTimer, Clock } from "./clock.ts";

/**
 * The part of a deadline that is kept for the answer's way back, ms. An upstream is told that it
 * has this much less, and a call with no more than this left is not sent.
 */
export const RETURN_TRIP_MS = 10;

/** Why work must stop: its time is up, or its result is not needed any more. */
export type EndCause = "deadline" | "abandoned";

/**
 * Called once, when the deadline ends. It is an object and not a closure: one call registers
 * several.
 */
export interface EndListener {
  onEnd(cause: EndCause): void;
}

/**
 * How much longer some work may go on, and the signal to stop it.
 *
 * An `AbortSignal` could carry this, but a signal passed to three requests costs more than the rest
 * of their bookkeeping. A list of listeners behind one timer costs nothing measurable.
 */
export interface Deadline {
  /** Milliseconds left; 0 when it has ended. */
  remainingMs(): number;
  /** Undefined while the work may go on. */
  readonly ended: EndCause | undefined;
  /**
   * Registers a listener. One that is added after the end is never called, so check `ended` first.
   */
  add(listener: EndListener): void;
  /** Removes a listener; one that was not added is ignored. */
  remove(listener: EndListener): void;
}

/** What all kinds of deadline share: it ends once, and then calls its listeners. */
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

  /** Ends it now. The first cause counts; later calls do nothing. */
  end(cause: EndCause): void {
    if (this.#ended !== undefined) return;
    this.#ended = cause;
    this.#listeners.drain((listener) => listener.onEnd(cause));
  }
}

/**
 * A deadline with a timer of its own. It ends `ms` milliseconds after it was made, and never later
 * than its parent.
 *
 * Only this timer stops a call: undici's own time-outs are only good to about a second. The owner
 * calls `dispose` when the work is done.
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

  /** The parent ended, so this one does too. */
  onEnd(cause: EndCause): void {
    this.end(cause);
  }

  override end(cause: EndCause): void {
    this.#cancelTimer();
    this.#parent?.remove(this);
    super.end(cause);
  }

  /** The work is done. Stops the timer, and abandons what is still under way or begins later. */
  dispose(): void {
    this.end("abandoned");
  }
}

/**
 * A set of a few members: most deadlines have one listener, a request's has one for each section. A
 * `Set` gives each member a hash first, which costs more than to look at all of them.
 */
export class SmallSet<Member extends object> {
  #first: Member | undefined;
  #others: Member[] | undefined;

  get size(): number {
    return (this.#first === undefined ? 0 : 1) + (this.#others?.length ?? 0);
  }

  /** Adds a member that is not in it. */
  add(member: Member): void {
    if (this.#first === undefined) this.#first = member;
    else (this.#others ??= []).push(member);
  }

  delete(member: Member): void {
    if (this.#first === member) {
      this.#first = undefined;
      return;
    }
    const at = this.#others?.indexOf(member) ?? -1;
    if (at !== -1) this.#others?.splice(at, 1);
  }

  /**
   * Removes and visits the members one by one. One that is deleted before its turn is not visited.
   */
  drain(visit: (member: Member) => void): void {
    const first = this.#first;
    this.#first = undefined;
    if (first !== undefined) visit(first);
    for (let next = this.#others?.shift(); next !== undefined; next = this.#others?.shift()) visit(next);
  }

  reduce(combine: (result: number, member: Member) => number, initial: number): number {
    let result = this.#first === undefined ? initial : combine(initial, this.#first);
    for (const member of this.#others ?? []) result = combine(result, member);
    return result;
  }
}
