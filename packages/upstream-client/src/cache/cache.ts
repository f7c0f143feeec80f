import type { CacheableResponse, Call, Failure, Outcome, Progress, Send, Success, Wrapper } from "../call.ts";
import type { Clock, Random } from "../clock.ts";
import { CallScope, RequestContext } from "../context.ts";
import { TimedDeadline } from "../deadline.ts";
import type { CacheVerdict } from "../events.ts";
import type { Operation } from "../operation.ts";
import type { Telemetry } from "../telemetry.ts";
import { ageMs, standsIn, usability } from "./entry.ts";
import type { CacheEntry } from "./entry.ts";
import type { EntryFactory } from "./entry-factory.ts";
import type { CachedOperation } from "./freshness.ts";
import { cacheKey } from "./key.ts";
import type { CacheStore, Found } from "./store.ts";

export type CacheParts = {
  readonly clock: Clock;
  readonly random: Random;
  readonly telemetry: Telemetry;
  readonly entries: EntryFactory;
  readonly store: CacheStore;
  /** How long a revalidation in the background may take, ms. */
  readonly revalidationMs: number;
};

/**
 * Answers from what was answered before, for operations that declare it and for as long as the service says (RFC 9111):
 *
 * - fresh: at once
 * - stale-while-revalidate (RFC 5861): at once, and asks again in the background
 * - stale: asks again, with the entry's validators; a 304 gives out the parsed object again
 * - stale-if-error (RFC 5861): when asking failed in any way that is not an answer, the old answer stands in and says how old it is
 */
export function cache(parts: CacheParts): Wrapper {
  return (next) => {
    const responder = new CacheResponder(parts, next);
    return (call) => {
      const { operation } = call;
      if (operation.method !== "GET") return responder.sendUnsafe(call);
      return isCached(operation) ? responder.answer(call, operation) : next(call);
    };
  };
}

/** One question to the cache, and what the cache had. */
type Lookup = {
  readonly call: Call;
  readonly operation: CachedOperation;
  readonly key: string;
  readonly found: Found | undefined;
  /** How many unsafe calls had succeeded when it began: an answer from before one may be what that one changed. */
  readonly changes: number;
};

class CacheResponder {
  readonly #parts: CacheParts;
  readonly #next: Send;
  /** Keys that are being asked for in the background. */
  readonly #revalidating = new Set<string>();
  /** Unsafe calls that succeeded. */
  #changes = 0;

  constructor(parts: CacheParts, next: Send) {
    this.#parts = parts;
    this.#next = next;
  }

  answer(call: Call, operation: CachedOperation): Promise<Outcome> {
    const { store, clock } = this.#parts;
    const key = cacheKey(call, operation.cache);
    const inMemory = store.inMemory(key, operation);
    if (inMemory === undefined || usability(inMemory, clock.now()) !== "fresh") {
      return this.#answerSlowly(call, operation, key, inMemory);
    }
    this.#tell(call, "fresh", "memory");
    return Promise.resolve(inMemory.success);
  }

  /** What a successful unsafe call says about its own URL is that it may have changed (RFC 9111, section 4.4). */
  async sendUnsafe(call: Call): Promise<Outcome> {
    const outcome = await this.#next(call);
    if (outcome.ok) {
      this.#changes += 1;
      this.#parts.store.delete(cacheKey(call, "shared"));
      this.#parts.store.delete(cacheKey(call, "perUser"));
    }
    return outcome;
  }

  async #answerSlowly(
    call: Call,
    operation: CachedOperation,
    key: string,
    inMemory: CacheEntry | undefined,
  ): Promise<Outcome> {
    const changes = this.#changes;
    const found = await this.#parts.store.find(key, operation, inMemory);
    const lookup = { call, operation, key, found, changes };
    if (found === undefined) return this.#ask(lookup);
    const use = usability(found.entry, this.#parts.clock.now());
    if (use === "stale") return this.#ask(lookup);
    if (use === "fresh") {
      this.#tell(call, "fresh", found.level);
    } else {
      this.#tell(call, "stale-while-revalidate", found.level);
      void this.#revalidate(lookup);
    }
    return found.entry.success;
  }

  async #ask(lookup: Lookup): Promise<Outcome> {
    const { call, key, found } = lookup;
    const validators = found?.entry.freshness.validators;
    const outcome = await this.#next(validators === undefined ? call : { ...call, validators });
    if (!outcome.ok) return this.#standIn(lookup, outcome);
    const { response } = outcome;
    if (response === undefined) return outcome;
    if (response.status !== 304) {
      this.#tell(call, "miss", found?.level);
      return this.#keep(lookup, outcome, response, undefined)?.success ?? outcome;
    }
    if (found === undefined || !confirms(response, found.entry)) {
      // It confirmed another version than the one that we have: ask without a condition.
      this.#parts.store.delete(key);
      return this.#ask({ ...lookup, found: undefined });
    }
    this.#tell(call, "revalidated", found.level);
    this.#keep(lookup, outcome, response, found.entry);
    return found.entry.success;
  }

  #keep(
    { operation, key, changes }: Lookup,
    outcome: Success,
    response: CacheableResponse,
    confirmed: CacheEntry | undefined,
  ): CacheEntry | undefined {
    // 201, 203 and the like are answers too, but not what the same question would get again.
    if (response.status !== 200 && response.status !== 304) return undefined;
    if (changes !== this.#changes) return undefined;
    const { entries, store } = this.#parts;
    const { entry, isNew } = entries.ofResponse(operation, outcome, response, confirmed);
    if (isNew && entry === undefined) store.delete(key);
    else if (isNew && entry !== undefined) store.set(key, entry);
    return entry;
  }

  #standIn({ call, key, found }: Lookup, failure: Failure): Outcome {
    if (isAnswer(failure)) this.#parts.store.delete(key);
    const now = this.#parts.clock.now();
    if (found === undefined || !isExcusable(failure) || !standsIn(found.entry, now)) {
      this.#tell(call, "miss", found?.level);
      return failure;
    }
    this.#tell(call, "stale-if-error", found.level);
    const ageSeconds = Math.floor(ageMs(found.entry, now) / 1_000);
    return { ...found.entry.success, stale: { ageSeconds, kind: failure.error.kind } };
  }

  /** Asks again for a user who was answered with a stale entry and waits no more: once at a time, under a deadline of its own. */
  async #revalidate(lookup: Lookup): Promise<void> {
    const { call, key } = lookup;
    if (this.#revalidating.has(key)) return;
    this.#revalidating.add(key);
    const { clock, random, revalidationMs } = this.#parts;
    const deadline = new TimedDeadline(clock, revalidationMs);
    const request = new RequestContext({ caller: call.scope.request.caller, deadline, clock, random });
    const progress: Progress = { phase: "queue", address: undefined };
    await this.#ask({ ...lookup, call: { ...call, scope: new CallScope(request), deadline, progress } });
    deadline.dispose();
    this.#revalidating.delete(key);
  }

  #tell({ upstream, operation }: Call, verdict: CacheVerdict, level: "memory" | "redis" | undefined): void {
    this.#parts.telemetry.emit("cacheVerdict", { upstream, operation: operation.name, verdict, level });
  }
}

function isCached(operation: Operation<unknown>): operation is CachedOperation {
  return operation.cache !== undefined;
}

/** A 304 that names a version must name ours. Weak and strong compare alike here (RFC 9110, section 13.1.2). */
function confirms({ headers }: CacheableResponse, { freshness }: CacheEntry): boolean {
  const { etag } = headers;
  const stored = freshness.validators?.etag;
  if (etag === undefined || stored === undefined) return true;
  return typeof etag === "string" && etag.replace(/^W\//, "") === stored.replace(/^W\//, "");
}

/** The service answered: it is gone, or is not for this user. What was stored must not come back when the service fails later. */
function isAnswer({ error }: Failure): boolean {
  return error.kind === "rejected" && !isNotNow(error.status);
}

/** Every failure but an answer, and but a call that nobody waits for. */
function isExcusable(failure: Failure): boolean {
  return failure.error.kind !== "abandoned" && !isAnswer(failure);
}

/** Request Timeout, Too Early, Too Many Requests: 4xx that say "not now", not "no". */
function isNotNow(status: number | undefined): boolean {
  return status === 408 || status === 425 || status === 429;
}
