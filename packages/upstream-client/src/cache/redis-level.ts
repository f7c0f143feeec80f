import { createHash } from "node:crypto";
import type { Clock } from "../clock.ts";
import type { Strictness } from "../dialect/strictness.ts";
import { readBody } from "../wire/body.ts";
import { usefulMs } from "./entry.ts";
import type { CacheEntry, EntryFactory } from "./entry.ts";
import type { CacheHeaders, CachedOperation } from "./freshness.ts";
import { wholeKey } from "./key.ts";
import type { CacheKey } from "./key.ts";
import { RedisSlots } from "./redis-slots.ts";

/** The namespace and format version of our keys. A new format gets a new number. */
const KEY_PREFIX = "triptych:upstream-cache:3:";

/** Larger bodies stay in memory, bytes: moving them costs more than asking the service again. */
const MAX_BODY_BYTES = 262_144;

/** How far an age may be off, ms: another process may have heard Redis' date some time ago. */
const TOLERANCE_MS = 5_000;

type RedisLevelOptions = {
  readonly url: string;
  readonly upstream: string;
  readonly clock: Clock;
  readonly entries: EntryFactory;
  readonly strictness?: Strictness | undefined;
};

/**
 * The second level of a cache, which all processes share. Losing it costs only speed: an error, or
 * no answer within 5 ms, is a miss, and this class never throws. A body from Redis is checked like
 * a body from the service.
 */
export class RedisLevel {
  readonly #options: RedisLevelOptions;
  readonly #slots: RedisSlots;
  /** Concurrent reads of one key are one command. A delete takes out those that it overtakes. */
  readonly #reading = new Map<string, Promise<CacheEntry | undefined>>();

  /** @throws TypeError when the URL is not a Redis URL */
  constructor(options: RedisLevelOptions) {
    this.#options = options;
    this.#slots = new RedisSlots(options.url, options.clock);
  }

  get(key: CacheKey, operation: CachedOperation): Promise<CacheEntry | undefined> {
    const whole = wholeKey(key);
    const reading = this.#reading.get(whole);
    if (reading !== undefined) return reading;
    const read = this.#read(key, operation).then((entry) => {
      // What it read may have been deleted meanwhile.
      if (this.#reading.get(whole) !== read) return undefined;
      this.#reading.delete(whole);
      return entry;
    });
    this.#reading.set(whole, read);
    return read;
  }

  /** Stores an entry for as long as it can be used. It does not wait for Redis. */
  set(key: CacheKey, entry: CacheEntry): void {
    const { clock } = this.#options;
    const ttlMs = Math.floor(usefulMs(entry, clock.now()));
    if (entry.text === undefined || entry.bodyBytes > MAX_BODY_BYTES || ttlMs < 1) return;
    const { headers, text, bornAt } = entry;
    const bornOn = this.#slots.dateAt(bornAt);
    if (bornOn === undefined) return;
    const stored: StoredEntry = { key: wholeKey(key), bornOn, headers, text };
    this.#slots.set(this.#redisKey(key.slot), hash(key.variant), JSON.stringify(stored), ttlMs);
  }

  delete(slot: string): void {
    for (const whole of this.#reading.keys()) {
      if (whole.startsWith(`${slot}\n`)) this.#reading.delete(whole);
    }
    this.#slots.delete(this.#redisKey(slot));
  }

  async close(): Promise<void> {
    await this.#slots.close();
  }

  async #read(key: CacheKey, operation: CachedOperation): Promise<CacheEntry | undefined> {
    const stored = parseStored(await this.#slots.get(this.#redisKey(key.slot), hash(key.variant)));
    // Another key with the same hash is not an answer, and neither is a body that is broken.
    if (stored === undefined || stored.key !== wholeKey(key)) return undefined;
    const now = this.#options.clock.now();
    const bornAt = this.#slots.instantOf(stored.bornOn);
    // The age of an entry from the future is not known: Redis' date went back.
    if (bornAt > now + TOLERANCE_MS || bornAt <= this.#slots.trustedSince + TOLERANCE_MS) return undefined;
    const body = Buffer.from(stored.text);
    if (body.length > MAX_BODY_BYTES) return undefined;
    const reading = readBody(operation.read, body, this.#options.strictness);
    const material = { ...stored, bornAt: Math.min(bornAt, now) };
    return reading.ok ? this.#options.entries.ofStored(operation, reading.value, material) : undefined;
  }

  /** A hash, because a slot names a user and a URL, which the operators of Redis need not see. */
  #redisKey(slot: string): string {
    return `${KEY_PREFIX}${this.#options.upstream}:${hash(slot)}`;
  }
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}

/** An entry as it is stored in Redis. */
export type StoredEntry = {
  /** The whole key. Redis' own key and field are hashes. */
  readonly key: string;
  /** When the answer's age was zero, by Redis' date, ms since 1970. */
  readonly bornOn: number;
  readonly headers: CacheHeaders;
  /** The body. */
  readonly text: string;
};

/** @returns undefined for anything that is not an entry: another program may have written it */
export function parseStored(json: string | undefined): StoredEntry | undefined {
  if (json === undefined) return undefined;
  let stored: unknown;
  try {
    stored = JSON.parse(json);
  } catch {
    return undefined;
  }
  return isStoredEntry(stored) ? stored : undefined;
}

function isStoredEntry(value: unknown): value is StoredEntry {
  return (
    typeof value === "object" &&
    value !== null &&
    "key" in value &&
    typeof value.key === "string" &&
    "bornOn" in value &&
    Number.isFinite(value.bornOn) &&
    "text" in value &&
    typeof value.text === "string" &&
    "headers" in value &&
    typeof value.headers === "object" &&
    value.headers !== null &&
    Object.values(value.headers).every((header) => typeof header === "string")
  );
}
