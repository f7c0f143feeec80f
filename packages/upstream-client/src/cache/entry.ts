import type { CacheableResponse, Success } from "../call.ts";
import type { Clock } from "../clock.ts";
import {
  ageOnArrivalMs,
  cacheHeaders,
  freshnessOf,
  headersAfterRevalidation,
  lastUseMs,
} from "./freshness.ts";
import type { CacheHeaders, CachedOperation, Freshness } from "./freshness.ts";

/** A stored answer. It is parsed, checked and frozen once, and every call gets the same object. */
export type CacheEntry = {
  readonly value: unknown;
  /** The outcome of a call that this entry answers. */
  readonly success: Success;
  readonly headers: CacheHeaders;
  readonly freshness: Freshness;
  /** When its age was zero, on the monotonic clock, ms. */
  readonly bornAt: number;
  readonly bodyBytes: number;
  /** The estimated size of its value in memory, bytes. */
  readonly valueBytes: number;
  /** The estimated size of the whole entry in memory, bytes. */
  readonly bytes: number;
  /** The body as it came, for the level that all processes share; undefined where there is none. */
  readonly text: string | undefined;
};

/** How an entry may be used now, before the upstream is asked. */
export type Usability = "fresh" | "while-revalidating" | "stale";

/** @param now on the monotonic clock, ms */
export function usability(entry: CacheEntry, now: number): Usability {
  const age = ageMs(entry, now);
  const { freshMs, staleWhileRevalidateMs } = entry.freshness;
  if (age < freshMs) return "fresh";
  if (age < freshMs + staleWhileRevalidateMs) return "while-revalidating";
  return "stale";
}

/** Whether an entry may replace the answer of a call that failed (RFC 5861, `stale-if-error`). */
export function isUsableOnError(entry: CacheEntry, now: number): boolean {
  const { freshMs, staleIfErrorMs } = entry.freshness;
  return ageMs(entry, now) < freshMs + staleIfErrorMs;
}

/** How old the answer is, ms: its age when it came, and the time since. */
export function ageMs({ bornAt }: Pick<CacheEntry, "bornAt">, now: number): number {
  return now - bornAt;
}

/** How much longer an entry can be used without asking the upstream, ms. */
export function usefulMs(entry: CacheEntry, now: number): number {
  return Math.max(0, lastUseMs(entry.freshness) - ageMs(entry, now));
}

/**
 * What an entry takes in V8's heap. Parsed JSON takes about three times its text, and each object
 * or list another 64 bytes (`{}` has two bytes of text). Keys, headers and links take about 1 KiB.
 */
const PARSED_FACTOR = 3;
const OBJECT_OVERHEAD = 64;
const ENTRY_OVERHEAD = 1_024;

/** What an entry is made from, wherever it came from. */
type Material = {
  readonly value: unknown;
  readonly headers: CacheHeaders;
  readonly bornAt: number;
  readonly bodyBytes: number;
  readonly text: string | undefined;
  /** The value's size when it was first stored, bytes; undefined for a new value. */
  readonly valueBytes?: number;
};

/** Makes entries: from the upstream's answers, from a 304, and from what another process stored. */
export class EntryFactory {
  readonly #clock: Clock;
  readonly #keepText: boolean;
  /** One entry per response, however many waiters of a coalesced call bring it. */
  readonly #made = new WeakMap<CacheableResponse, CacheEntry | "not-stored">();

  /** @param keepText whether entries are also stored in a shared level, which needs their text */
  constructor(clock: Clock, keepText: boolean) {
    this.#clock = clock;
    this.#keepText = keepText;
  }

  /**
   * @param asked.at when the call was made, on the monotonic clock, ms
   * @param asked.confirmed the entry that this response, a 304, confirms
   * @returns an undefined entry when the answer must not be stored; `isNew` is false for all
   * waiters but the first
   */
  ofResponse(
    operation: CachedOperation,
    { value }: Success,
    response: CacheableResponse,
    asked: { readonly at: number; readonly confirmed?: CacheEntry | undefined },
  ): { readonly entry: CacheEntry | undefined; readonly isNew: boolean } {
    const made = this.#made.get(response);
    if (made !== undefined) return { entry: made === "not-stored" ? undefined : made, isNew: false };
    const headers = cacheHeaders(response.headers);
    const receivedAt = this.#clock.now();
    const arrival = { receivedOn: this.#clock.wallNow(), delayMs: receivedAt - asked.at };
    const bornAt = receivedAt - ageOnArrivalMs(headers, arrival);
    const { confirmed } = asked;
    const entry = this.#entryOf(
      operation,
      confirmed === undefined
        ? { value, headers, bornAt, bodyBytes: response.body.length, text: this.#textOf(response) }
        : { ...confirmed, headers: headersAfterRevalidation(confirmed.headers, headers), bornAt },
    );
    this.#made.set(response, entry ?? "not-stored");
    return { entry, isNew: true };
  }

  /** @param stored.bornAt when its age was zero, on the monotonic clock, ms */
  ofStored(
    operation: CachedOperation,
    value: unknown,
    {
      bornAt,
      headers,
      text,
    }: { readonly bornAt: number; readonly headers: CacheHeaders; readonly text: string },
  ): CacheEntry | undefined {
    return this.#entryOf(operation, { value, headers, bornAt, bodyBytes: Buffer.byteLength(text), text });
  }

  #textOf({ body }: CacheableResponse): string | undefined {
    return this.#keepText ? body.toString("utf8") : undefined;
  }

  /** @returns undefined when the answer must not be stored, or storing it would be useless */
  #entryOf({ cache }: CachedOperation, material: Material): CacheEntry | undefined {
    const { value, headers, bornAt, bodyBytes, text } = material;
    const ageNow = ageMs(material, this.#clock.now());
    const freshness = freshnessOf(headers, cache, this.#clock.wallNow() - ageNow);
    if (freshness === undefined) return undefined;
    if (lastUseMs(freshness) <= ageNow && freshness.validators === undefined) return undefined;
    const objects = deepFreeze(value);
    const { valueBytes = bodyBytes * PARSED_FACTOR + objects * OBJECT_OVERHEAD } = material;
    return {
      value,
      success: { ok: true, value, response: undefined, stale: undefined },
      headers,
      freshness,
      bornAt,
      bodyBytes,
      valueBytes,
      bytes: valueBytes + (text === undefined ? 0 : text.length * 2) + ENTRY_OVERHEAD,
      text,
    };
  }
}

/**
 * Freezes a value parsed from JSON, all the way down, so that no screen can change what another one
 * gets. It does not recurse, because a body may be nested more deeply than the stack allows.
 *
 * @returns how many objects and lists it froze, not counting those that were already frozen
 */
export function deepFreeze(value: unknown): number {
  let frozen = 0;
  const left: unknown[] = [value];
  for (let next = left.pop(); next !== undefined || left.length > 0; next = left.pop()) {
    if (typeof next !== "object" || next === null || Object.isFrozen(next)) continue;
    Object.freeze(next);
    frozen += 1;
    for (const child of Object.values(next)) {
      if (typeof child === "object" && child !== null) left.push(child);
    }
  }
  return frozen;
}
