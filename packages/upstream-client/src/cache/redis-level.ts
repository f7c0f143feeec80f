import { createHash } from "node:crypto";
import type { Clock } from "../clock.ts";
import { readBody } from "../wire/body.ts";
import { usefulMs } from "./entry.ts";
import type { CacheEntry, EntryFactory } from "./entry.ts";
import type { CacheHeaders, CachedOperation } from "./freshness.ts";
import { RedisConnection } from "./redis-connection.ts";

/** The namespace and format version of our keys. A new format gets a new number. */
const KEY_PREFIX = "triptych:upstream-cache:1:";

/** Larger bodies stay in memory, bytes: moving them costs more than asking the service again. */
const MAX_BODY_BYTES = 262_144;

type RedisLevelOptions = {
  readonly url: string;
  readonly upstream: string;
  readonly clock: Clock;
  readonly entries: EntryFactory;
};

/**
 * The second level of a cache, which all processes share. Losing it costs only speed: an error, or
 * no answer within 5 ms, is a miss, and this class never throws. A body from Redis is checked like
 * a body from the service.
 */
export class RedisLevel {
  readonly #options: RedisLevelOptions;
  readonly #connection: RedisConnection;
  /** Concurrent reads of one key are one command. */
  readonly #reading = new Map<string, Promise<CacheEntry | undefined>>();

  constructor(options: RedisLevelOptions) {
    this.#options = options;
    this.#connection = new RedisConnection(options.url, options.clock);
  }

  get(key: string, operation: CachedOperation): Promise<CacheEntry | undefined> {
    const question = `${operation.name}\n${key}`;
    const reading = this.#reading.get(question);
    if (reading !== undefined) return reading;
    const read = this.#read(key, operation).finally(() => this.#reading.delete(question));
    this.#reading.set(question, read);
    return read;
  }

  /** Stores an entry for as long as it can be used. It does not wait for Redis. */
  set(key: string, entry: CacheEntry): void {
    const { clock } = this.#options;
    const ttlMs = Math.floor(usefulMs(entry, clock.now()));
    if (entry.text === undefined || entry.bodyBytes > MAX_BODY_BYTES || ttlMs < 1) return;
    const { headers, text, receivedAt } = entry;
    const receivedOn = clock.wallNow() - (clock.now() - receivedAt);
    const stored: StoredEntry = { key, receivedOn, headers, text };
    this.#connection.set(this.#redisKey(key), JSON.stringify(stored), ttlMs);
  }

  delete(key: string): void {
    this.#connection.delete(this.#redisKey(key));
  }

  async close(): Promise<void> {
    await this.#connection.close();
  }

  async #read(key: string, operation: CachedOperation): Promise<CacheEntry | undefined> {
    const stored = parseStored(await this.#connection.get(this.#redisKey(key)));
    // Another key with the same hash is not an answer, and neither is a body that is broken.
    if (stored === undefined || stored.key !== key) return undefined;
    const body = Buffer.from(stored.text);
    if (body.length > MAX_BODY_BYTES) return undefined;
    const reading = readBody(operation.read, body);
    if (!reading.ok) return undefined;
    const ageMs = Math.max(0, this.#options.clock.wallNow() - stored.receivedOn);
    return this.#options.entries.ofStored(operation, reading.value, stored, ageMs);
  }

  /** A hash, because a key holds a user and a URL, which the operators of Redis need not see. */
  #redisKey(key: string): string {
    const { upstream } = this.#options;
    return `${KEY_PREFIX}${upstream}:${createHash("sha256").update(key).digest("base64url")}`;
  }
}

/** An entry as it is stored in Redis. */
export type StoredEntry = {
  /** The whole key. The Redis key only has its hash. */
  readonly key: string;
  /** When the answer was received, ms since 1970. */
  readonly receivedOn: number;
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
    "receivedOn" in value &&
    Number.isFinite(value.receivedOn) &&
    "text" in value &&
    typeof value.text === "string" &&
    "headers" in value &&
    typeof value.headers === "object" &&
    value.headers !== null &&
    Object.values(value.headers).every((header) => typeof header === "string")
  );
}
