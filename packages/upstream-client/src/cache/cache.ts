import { mayHaveTakenEffect } from "../call.ts";
import type {
  CacheableResponse,
  Call,
  Done,
  Failure,
  Outcome,
  Progress,
  Send,
  Success,
  Wrapper,
} from "../call.ts";
import type { Clock, Random } from "../clock.ts";
import { CallScope, RequestContext } from "../context.ts";
import { TimedDeadline } from "../deadline.ts";
import type { Telemetry } from "../events.ts";
import type { CacheVerdict } from "../trace.ts";
import type { Operation } from "../operation.ts";
import { ageMs, isUsableOnError, usability } from "./entry.ts";
import type { CacheEntry } from "./entry.ts";
import { cacheHeaders, whyNotKept } from "./freshness.ts";
import type { CachedOperation } from "./freshness.ts";
import { cacheKey, slotOf, wholeKey } from "./key.ts";
import type { CacheKey } from "./key.ts";
import type { CacheOptions, CacheStore, Found } from "./store.ts";

type CacheParts = {
  readonly clock: Clock;
  readonly random: Random;
  readonly telemetry: Telemetry;
  readonly store: CacheStore;
};

/** A screen's default deadline, ms. A revalidation should not take longer than a call. */
const DEFAULT_REVALIDATION_MS = 800;

/**
 * Answers calls from earlier answers, for operations that declare it and for as long as the service
 * allows (RFC 9111):
 *
 * - fresh: at once
 * - stale-while-revalidate (RFC 5861): at once, and asks again in the background
 * - stale: asks again with the entry's validators; after a 304 the parsed object is used again
 * - stale-if-error (RFC 5861): when the call fails without an answer, the old answer replaces it
 *   and says how old it is
 */
export function cache(options: CacheOptions, parts: CacheParts): Wrapper {
  const { revalidationMs = DEFAULT_REVALIDATION_MS } = options;
  return (next) => {
    const responder = new CacheResponder({ ...parts, revalidationMs }, next);
    return (call, done) => {
      const { operation } = call;
      if (operation.method !== "GET") responder.sendUnsafe(call, done);
      else if (isCached(operation) && mayBeKept(call)) responder.answer(call, operation, done);
      else next(call, done);
    };
  };
}

/**
 * An entry has no headers to tell, and a stream cannot be kept. What is kept per user cannot be
 * kept for a visitor, who has no id.
 */
function mayBeKept({ operation, tellsHeaders, scope }: Call): boolean {
  if (operation.cache === "perUser" && scope.request.caller.userId === undefined) return false;
  return tellsHeaders !== true && operation.answerTypes === undefined;
}

/** One question to the cache, and what the cache had. */
type Lookup = {
  readonly call: Call;
  readonly operation: CachedOperation;
  readonly key: CacheKey;
  readonly found: Found | undefined;
};

/**
 * When the upstream was asked, and the unsafe calls until then: an older answer may be out of date.
 */
type Asked = { readonly at: number; readonly changes: number };

class CacheResponder {
  readonly #parts: CacheParts & { readonly revalidationMs: number };
  readonly #next: Send;
  /** Keys that are being revalidated in the background. */
  readonly #revalidating = new Set<string>();
  /** Unsafe calls so far that may have taken effect. */
  #changes = 0;

  constructor(parts: CacheParts & { readonly revalidationMs: number }, next: Send) {
    this.#parts = parts;
    this.#next = next;
  }

  answer(call: Call, operation: CachedOperation, done: Done): void {
    const { store, clock } = this.#parts;
    const key = cacheKey(call, operation);
    const inMemory = store.inMemory(key);
    if (inMemory !== undefined && usability(inMemory, clock.now()) === "fresh") {
      this.#report(call, "fresh", { level: "memory", entry: inMemory });
      return done(inMemory.success);
    }
    store.find(key, operation, (found) => this.#answerFrom({ call, operation, key, found }, done));
  }

  /**
   * An unsafe call invalidates the entries of its URL (RFC 9111, section 4.4), also when it is not
   * known whether it took effect.
   */
  sendUnsafe(call: Call, done: Done): void {
    this.#next(call, (outcome) => {
      if (mayHaveTakenEffect(outcome)) {
        this.#changes += 1;
        this.#parts.store.delete(slotOf(call, "shared"));
        this.#parts.store.delete(slotOf(call, "perUser"));
      }
      done(outcome);
    });
  }

  #answerFrom(lookup: Lookup, done: Done): void {
    const { call, found } = lookup;
    if (found === undefined) return this.#ask(lookup, done);
    const use = usability(found.entry, this.#parts.clock.now());
    if (use === "stale") return this.#ask(lookup, done);
    if (use === "fresh") {
      this.#report(call, "fresh", found);
    } else {
      this.#report(call, "stale-while-revalidate", found);
      this.#revalidate(lookup);
    }
    done(found.entry.success);
  }

  #ask(lookup: Lookup, done: Done): void {
    const { call, found } = lookup;
    const validators = found?.entry.freshness.validators;
    const asked = { at: this.#parts.clock.now(), changes: this.#changes };
    this.#next(validators === undefined ? call : { ...call, validators }, (outcome) =>
      this.#answered(lookup, asked, outcome, done),
    );
  }

  #answered(lookup: Lookup, asked: Asked, outcome: Outcome, done: Done): void {
    const { call, key, found } = lookup;
    if (!outcome.ok) return done(this.#answerOnError(lookup, outcome));
    const { response } = outcome;
    if (response === undefined) return done(outcome);
    if (response.status !== 304) {
      this.#report(call, "miss", found);
      return done(this.#keep(lookup, outcome, response, asked)?.success ?? outcome);
    }
    if (found === undefined || !confirms(response, found.entry)) {
      // The 304 confirms another version than ours: ask again without a condition.
      this.#parts.store.delete(key.slot);
      return this.#ask({ ...lookup, found: undefined }, done);
    }
    this.#report(call, "revalidated", found);
    this.#keep(lookup, outcome, response, { ...asked, confirmed: found.entry });
    done(found.entry.success);
  }

  #keep(
    { call, operation, key }: Lookup,
    outcome: Success,
    response: CacheableResponse,
    asked: Asked & { readonly confirmed?: CacheEntry },
  ): CacheEntry | undefined {
    // 201, 203 and the like are answers too, but not ones that the same call would get again.
    if (response.status !== 200 && response.status !== 304) return undefined;
    if (asked.changes !== this.#changes) return undefined;
    const { store } = this.#parts;
    const { entry, isNew } = store.entries.ofResponse(operation, outcome, response, asked);
    if (entry === undefined && call.trace !== undefined)
      call.trace.notKept = whyNotKept(cacheHeaders(response.headers), operation.cache);
    if (isNew && entry === undefined) store.delete(key.slot);
    else if (isNew && entry !== undefined) store.set(key, entry);
    return entry;
  }

  #answerOnError({ call, key, found }: Lookup, failure: Failure): Outcome {
    const { store, clock } = this.#parts;
    if (isAnswer(failure)) store.delete(key.slot);
    const now = clock.now();
    const isUsable =
      found !== undefined && isUsableOnError(found.entry, now) && !store.isDeleted(found.entry);
    if (!isUsable || !allowsStale(failure)) {
      this.#report(call, "miss", found);
      return failure;
    }
    this.#report(call, "stale-if-error", found);
    const ageSeconds = Math.floor(ageMs(found.entry, now) / 1_000);
    return { ...found.entry.success, stale: { ageSeconds, kind: failure.error.kind } };
  }

  /** Revalidates an entry in the background: once at a time per key, under its own deadline. */
  #revalidate(lookup: Lookup): void {
    const { call } = lookup;
    const key = wholeKey(lookup.key);
    if (this.#revalidating.has(key)) return;
    this.#revalidating.add(key);
    const { clock, random, revalidationMs } = this.#parts;
    const deadline = new TimedDeadline(clock, revalidationMs);
    const request = new RequestContext({ caller: call.scope.request.caller, deadline, clock, random });
    const progress: Progress = { phase: "queue", address: undefined };
    const scope = new CallScope(request);
    this.#ask({ ...lookup, call: { ...call, scope, deadline, progress, trace: undefined } }, () => {
      deadline.dispose();
      this.#revalidating.delete(key);
    });
  }

  #report({ upstream, operation, trace }: Call, verdict: CacheVerdict, found: Found | undefined): void {
    const { telemetry, clock } = this.#parts;
    trace?.cached(verdict, found && ageMs(found.entry, clock.now()));
    const level = found?.level;
    telemetry.emit("cacheVerdict", { upstream, operation: operation.name, verdict, level });
  }
}

function isCached(operation: Operation<unknown>): operation is CachedOperation {
  return operation.cache !== undefined;
}

/** If a 304 has an ETag, it must be ours. This comparison is weak (RFC 9110, section 13.1.2). */
function confirms({ headers }: CacheableResponse, { freshness }: CacheEntry): boolean {
  const { etag } = headers;
  const stored = freshness.validators?.etag;
  if (etag === undefined || stored === undefined) return true;
  return typeof etag === "string" && etag.replace(/^W\//, "") === stored.replace(/^W\//, "");
}

/**
 * The service said that it is gone, or not for this user. The stored answer must not reappear when
 * the service fails later.
 */
function isAnswer({ error }: Failure): boolean {
  return error.kind === "rejected" && !isNotNow(error.status);
}

/** Every failure except an answer and an abandoned call. */
function allowsStale(failure: Failure): boolean {
  return failure.error.kind !== "abandoned" && !isAnswer(failure);
}

/** Request Timeout, Too Early and Too Many Requests mean "not now", not "no". */
function isNotNow(status: number | undefined): boolean {
  return status === 408 || status === 425 || status === 429;
}
