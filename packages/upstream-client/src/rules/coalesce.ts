import { endedOutcome, mayHaveTakenEffect } from "../call.ts";
import type { Call, Outcome, Progress, Send, Wrapper } from "../call.ts";
import { EndableDeadline, SmallSet } from "../deadline.ts";
import type { Deadline, EndCause, EndListener } from "../deadline.ts";

/**
 * Within one client request, the same GET is one call, however many sections make it and whenever.
 * So a screen never shows two versions of one thing (after graphql/dataloader). A call that was
 * given up before its answer came is made again, and so is one from before a change.
 */
export function oncePerRequest(): Wrapper {
  return (next) => (call) => {
    const { calls } = call.scope.request;
    if (call.operation.method !== "GET") return sendUnsafe(next, call, calls);
    const made = calls.get(call.key);
    if (made instanceof SharedCall && made.ended === undefined) return made.join(call);

    const { ended } = call.deadline;
    if (ended !== undefined) return Promise.resolve(endedOutcome(call, ended));
    // A section whose time is up still asks the cache, which may have a stale answer. Nothing is
    // sent for it: the rules below do not send a call that has ended.
    const shared = new SharedCall(call.progress, { leave: next, keeps: true });
    calls.set(call.key, shared);
    const outcome = shared.join(call);
    shared.start((deadline) => next({ ...call, deadline }));
    return outcome;
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

    return (call) => {
      if (call.operation.method !== "GET") return sendUnsafe(next, call, inFlight);
      const key = keyOf(call);
      const joined = inFlight.get(key);
      if (joined !== undefined && joined.ended === undefined) return joined.join(call);

      const { ended } = call.deadline;
      if (ended !== undefined) return Promise.resolve(endedOutcome(call, ended));
      // It does not keep its outcome: once answered, it is out of the map, but V8 holds what was in
      // the old tables of a busy Map until the next full collection.
      const shared = new SharedCall(call.progress, { leave: endedOutcome, keeps: false });
      inFlight.set(key, shared);
      const outcome = shared.join(call);
      shared.start((deadline) =>
        next({ ...call, deadline }).then((answer) => {
          // One that was given up may already have a successor under its key.
          if (inFlight.get(key) === shared) inFlight.delete(key);
          return answer;
        }),
      );
      return outcome;
    };
  };
}

/**
 * Sends an unsafe call. If it may have taken effect, no GET joins one of `calls` from before it.
 */
async function sendUnsafe(next: Send, call: Call, calls: Map<string, object>): Promise<Outcome> {
  const outcome = await next(call);
  if (!mayHaveTakenEffect(outcome)) return outcome;
  for (const key of calls.keys()) if (key.startsWith(`${call.upstream}\n`)) calls.delete(key);
  return outcome;
}

function keyOf({ key, validators }: Call): string {
  if (validators === undefined) return key;
  return `${key}\n${validators.etag ?? ""}\n${validators.lastModified ?? ""}`;
}

/** The outcome of a waiter whose deadline ends while others still wait. */
type Leave = (call: Call, cause: EndCause) => Outcome | Promise<Outcome>;

/**
 * One call that several waiters share. The end of one waiter's deadline never fails the others.
 * When the last waiter's deadline ends before the answer came, the call ends with it. The call is
 * its own deadline, and has as much time as its most patient waiter.
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
   * @returns the shared outcome, or the waiter's own when its deadline ends while others still wait
   */
  join(call: Call): Promise<Outcome> {
    if (this.#outcome !== undefined) return Promise.resolve(this.#outcome);
    if (call.deadline.ended !== undefined) return Promise.resolve(endedOutcome(call, call.deadline.ended));
    this.#patient += 1;
    return new Promise((resolve) => {
      this.#waiters.add(new Waiter(this, call, resolve));
    });
  }

  /**
   * Runs the call under this deadline. The first waiter must have joined: its deadline is the
   * call's.
   */
  start(run: (deadline: Deadline) => Promise<Outcome>): void {
    void run(this).then((outcome) => {
      this.#settled = true;
      if (this.#keeps) this.#outcome = outcome;
      return this.#waiters.drain((waiter) => waiter.settle(outcome));
    });
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
