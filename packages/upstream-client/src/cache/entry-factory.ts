import type { CacheableResponse, Success } from "../call.ts";
import type { Clock } from "../clock.ts";
import { deepFreeze } from "./deep-freeze.ts";
import type { CacheEntry } from "./entry.ts";
import { cacheHeaders, freshnessOf, headersAfterRevalidation } from "./freshness.ts";
import type { CacheHeaders, CachedOperation } from "./freshness.ts";

/**
 * Parsed JSON takes about three times its text in V8's heap, and each object or list 64 bytes more (`{}` is two bytes of text); keys,
 * headers and the list's own links about a KiB.
 */
const PARSED_FACTOR = 3;
const OBJECT_OVERHEAD = 64;
const ENTRY_OVERHEAD = 1_024;

/** What an entry is made of, wherever it came from. */
type Material = {
  readonly value: unknown;
  readonly headers: CacheHeaders;
  readonly receivedAt: number;
  readonly bodyBytes: number;
  readonly text: string | undefined;
  /** What the value was counted for when it was first stored, bytes; undefined for a value that is new. */
  readonly valueBytes?: number;
};

/** Makes entries of answers: those of the upstream, those that a 304 confirmed, and those that another process stored. */
export class EntryFactory {
  readonly #clock: Clock;
  readonly #keepText: boolean;
  /** Of each response once, however many waiters of a coalesced call bring it. */
  readonly #made = new WeakMap<CacheableResponse, CacheEntry | "not-stored">();

  /** @param keepText whether entries also go to a shared level, which takes text */
  constructor(clock: Clock, keepText: boolean) {
    this.#clock = clock;
    this.#keepText = keepText;
  }

  /**
   * @param confirmed the entry that this response, a 304, says still holds
   * @returns undefined when the answer must not be stored; `isNew` is false for the second and later waiters
   */
  ofResponse(
    operation: CachedOperation,
    { value }: Success,
    response: CacheableResponse,
    confirmed: CacheEntry | undefined,
  ): { readonly entry: CacheEntry | undefined; readonly isNew: boolean } {
    const made = this.#made.get(response);
    if (made !== undefined) return { entry: made === "not-stored" ? undefined : made, isNew: false };
    const headers = cacheHeaders(response.headers);
    const receivedAt = this.#clock.now();
    const material: Material =
      confirmed === undefined
        ? { value, headers, receivedAt, bodyBytes: response.body.length, text: this.#textOf(response) }
        : { ...confirmed, headers: headersAfterRevalidation(confirmed.headers, headers), receivedAt };
    const entry = entryOf(operation, material);
    this.#made.set(response, entry ?? "not-stored");
    return { entry, isNew: true };
  }

  /** @param ageMs how long ago it was received, ms */
  ofStored(
    operation: CachedOperation,
    value: unknown,
    stored: { readonly headers: CacheHeaders; readonly text: string },
    ageMs: number,
  ): CacheEntry | undefined {
    const { headers, text } = stored;
    const receivedAt = this.#clock.now() - ageMs;
    return entryOf(operation, { value, headers, receivedAt, bodyBytes: Buffer.byteLength(text), text });
  }

  #textOf({ body }: CacheableResponse): string | undefined {
    return this.#keepText ? body.toString("utf8") : undefined;
  }
}

function entryOf({ name, cache }: CachedOperation, material: Material): CacheEntry | undefined {
  const { value, headers, receivedAt, bodyBytes, text } = material;
  const freshness = freshnessOf(headers, cache);
  if (freshness === undefined) return undefined;
  const objects = deepFreeze(value);
  const { valueBytes = bodyBytes * PARSED_FACTOR + objects * OBJECT_OVERHEAD } = material;
  return {
    operation: name,
    value,
    success: { ok: true, value, response: undefined, stale: undefined },
    headers,
    freshness,
    receivedAt,
    bodyBytes,
    valueBytes,
    bytes: valueBytes + (text === undefined ? 0 : text.length * 2) + ENTRY_OVERHEAD,
    text,
  };
}
