import { endedOutcome, mayHaveTakenEffect } from "../call.ts";
import type { Call, Done, Outcome, Progress, Send, Wrapper } from "../call.ts";
import { EndableDeadline, SmallSet } from "../deadline.ts";
import type { EndCause, EndListener } from "../deadline.ts";

/**
 * Within one client request, the same GET is one call, however many sections make it and whenever.
 * So a screen never shows two versions of one thing (after graphql/dataloader). A call that was
 * given up before its answer came is made again, and so is one from before a change.
 */
export function oncePerRequest(): Wrapper {
  return (next) => {
    // A section whose time is up still asks the cache, which may have a stale answer. Nothing is
    // sent for it: the rules below do not send a call that has ended.
    const leave: Leave = (call, _cause, done) => next(call, done);
    return (call, done) => {
      const { calls } = call.scope.request;
      if (call.operation.method !== "GET") return sendUnsafe(next, call, done, calls);
      if (call.operation.answerTypes !== undefined) return next(call, done);
      const made = calls.get(call.key);
      if (made instanceof SharedCall && made.ended === undefined) return joinLater(made, call, done);

      const { ended } = call.deadline;
      if (ended !== undefined) return done(endedOutcome(call, ended));
      const shared = new SharedCall(call.progress, { leave, keeps: true });
      calls.set(call.key, shared);
      shared.join(call, done);
      next({ ...call, deadline: shared }, (outcome) => shared.settle(outcome));
    };
  };
}

/**
 * Joins a GET to the same GET of the same user that is already in flight, whichever client request
 * made it (after nginx's `proxy_cache_lock` and Go's `singleflight`).
 *
 * The key has every header that could change the answer: the user, what they may do, and the
 * condition of a revalidation. The other headers (request id, trace, time left, transaction token)
 * identify the request and not what it asks for.
 *
 * After an unsafe call that may have taken effect, no call joins a GET from before it: who changes
 * something sees the change.
 */
export function coalesce(): Wrapper {
  return (next) => {
    const inFlight = new Map<string, SharedCall>();

    return (call, done) => {
      if (call.operation.method !== "GET") return sendUnsafe(next, call, done, inFlight);
      if (call.operation.answerTypes !== undefined) return next(call, done);
      const key = keyOf(call);
      const joined = inFlight.get(key);
      if (joined !== undefined && joined.ended === undefined) return joinLater(joined, call, done);

      const { ended } = call.deadline;
      if (ended !== undefined) return done(endedOutcome(call, ended));
      // It does not keep its outcome: once answered, it is out of the map, but V8 holds what was in
      // the old tables of a busy Map until the next full collection.
      const shared = new SharedCall(call.progress, { leave: endNow, keeps: false });
      inFlight.set(key, shared);
      shared.join(call, done);
      next({ ...call, deadline: shared }, (outcome) => {
        // One that was given up may already have a successor under its key.
        if (inFlight.get(key) === shared) inFlight.delete(key);
        shared.settle(outcome);
      });
    };
  };
}

/** Joins a call that another one made. */
function joinLater(shared: SharedCall, call: Call, done: Done): void {
  if (call.trace !== undefined) call.trace.cache = "coalesced";
  shared.join(call, done);
}

const endNow: Leave = (call, cause, done) => done(endedOutcome(call, cause));

/**
 * Sends an unsafe call. If it may have taken effect, no GET joins one of `calls` from before it.
 */
function sendUnsafe(next: Send, call: Call, done: Done, calls: Map<string, object>): void {
  next(call, (outcome) => {
    const isOfUpstream = (key: string): boolean => key.startsWith(`${call.upstream}\n`);
    if (mayHaveTakenEffect(outcome)) for (const key of calls.keys()) if (isOfUpstream(key)) calls.delete(key);
    done(outcome);
  });
}

function keyOf({ key, validators }: Call): string {
  if (validators === undefined) return key;
  return `${key}\n${validators.etag ?? ""}\n${validators.lastModified ?? ""}`;
}

/** Makes the outcome of a waiter whose deadline ends while others still wait. */
type Leave = (call: Call, cause: EndCause, done: Done) => void;

/**
 * One call that several waiters share. The end of one waiter's deadline never fails the others.
 * When the last waiter's deadline ends before the answer came, the call ends with it. The call is
 * its own deadline, and has as much time as its most patient waiter. The first waiter joins before
 * the call is sent, since its deadline is the call's.
 */
class SharedCall extends EndableDeadline {
  /** Of the call that is made, which all its waiters wait for. */
  readonly progress: Progress;
  #settled = false;
  readonly #keeps: boolean;
  #outcome: Outcome | undefined;
  readonly #waiters = new SmallSet<Waiter>();
  /** Waiters whose deadline has not ended. */
  #patient = 0;
  readonly #leave: Leave;

  /**
   * @param options.keeps whether it keeps its outcome for waiters that join after the answer came
   */
  constructor(progress: Progress, { leave, keeps }: { readonly leave: Leave; readonly keeps: boolean }) {
    super();
    this.progress = progress;
    this.#leave = leave;
    this.#keeps = keeps;
  }

  /**
   * @param done gets the shared outcome, or the waiter's own when its deadline ends while others
   * still wait
   */
  join(call: Call, done: Done): void {
    if (this.#outcome !== undefined) return done(this.#outcome);
    if (call.deadline.ended !== undefined) return done(endedOutcome(call, call.deadline.ended));
    this.#patient += 1;
    this.#waiters.add(new Waiter(this, call, done));
  }

  /** The call is over. */
  settle(outcome: Outcome): void {
    this.#settled = true;
    if (this.#keeps) this.#outcome = outcome;
    this.#waiters.drain((waiter) => waiter.settle(outcome));
  }

  /**
   * The last waiter does not leave: it gets the outcome of the call, which ends now and says where
   * it was, or is answered from the cache. The same goes for waiters whose deadlines end in the
   * same turn, such as two sections at the end of their screen's deadline.
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

/** One of the calls that wait for a shared call. */
class Waiter implements EndListener {
  readonly #shared: SharedCall;
  readonly #call: Call;
  readonly #done: Done;

  constructor(shared: SharedCall, call: Call, done: Done) {
    this.#shared = shared;
    this.#call = call;
    this.#done = done;
    call.deadline.add(this);
  }

  remainingMs(): number {
    return this.#call.deadline.remainingMs();
  }

  settle(outcome: Outcome): void {
    this.#call.deadline.remove(this);
    this.#done(outcome);
  }

  leave(cause: EndCause, outcomeOf: Leave): void {
    this.#call.progress.phase = this.#shared.progress.phase;
    outcomeOf(this.#call, cause, this.#done);
  }

  onEnd(cause: EndCause): void {
    this.#shared.onWaiterEnd(this, cause);
  }
}
