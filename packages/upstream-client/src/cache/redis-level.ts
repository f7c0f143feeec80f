import { createHash } from "node:crypto";
import type { Clock, WallClock } from "../clock.ts";
import { readBody } from "../wire/read-answer.ts";
import { usefulMs } from "./entry.ts";
import type { CacheEntry } from "./entry.ts";
import type { EntryFactory } from "./entry-factory.ts";
import type { CachedOperation } from "./freshness.ts";
import { RedisConnection } from "./redis-connection.ts";
import { parseStored, renderStored } from "./stored-entry.ts";

/** The namespace and version of our keys: another format gets another number, and the old entries expire. */
const KEY_PREFIX = "triptych:upstream-cache:1:";

/** Bodies over this are kept in memory only, bytes: moving them costs more than asking the service again. */
const MAX_BODY_BYTES = 262_144;

export type RedisLevelOptions = {
  readonly url: string;
  readonly upstream: string;
  readonly clock: Clock;
  readonly today: WallClock;
  readonly entries: EntryFactory;
};

/**
 * The second level of a cache, which all processes share. Its loss costs speed only: whatever Redis does, or does not do within
 * 5 ms, is a miss, and no error ever leaves this class. What comes from Redis is checked like a body that came from the service.
 */
export class RedisLevel {
  readonly #options: RedisLevelOptions;
  readonly #connection: RedisConnection;
  /** The same key asked for by many at once is one command. */
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

  /** Stores an entry for as long as it can be of use. Nobody waits for it. */
  set(key: string, entry: CacheEntry): void {
    const { clock, today } = this.#options;
    const ttlMs = Math.floor(usefulMs(entry, clock.now()));
    if (entry.text === undefined || entry.bodyBytes > MAX_BODY_BYTES || ttlMs < 1) return;
    const { headers, text, receivedAt } = entry;
    const receivedOn = today() - (clock.now() - receivedAt);
    this.#connection.set(this.#redisKey(key), renderStored({ key, receivedOn, headers, text }), ttlMs);
  }

  delete(key: string): void {
    this.#connection.delete(this.#redisKey(key));
  }

  async close(): Promise<void> {
    await this.#connection.close();
  }

  async #read(key: string, operation: CachedOperation): Promise<CacheEntry | undefined> {
    const stored = parseStored(await this.#connection.get(this.#redisKey(key)));
    // Another key under our hash, a body that breaks the contract, or one that must not be kept: none of them is an answer.
    if (stored === undefined || stored.key !== key) return undefined;
    const body = Buffer.from(stored.text);
    if (body.length > MAX_BODY_BYTES) return undefined;
    const reading = readBody(operation.read, body);
    if (!reading.ok) return undefined;
    const ageMs = Math.max(0, this.#options.today() - stored.receivedOn);
    return this.#options.entries.ofStored(operation, reading.value, stored, ageMs);
  }

  /** A hash: a key holds a user and a URL, and Redis's operators need see neither. */
  #redisKey(key: string): string {
    const { upstream } = this.#options;
    return `${KEY_PREFIX}${upstream}:${createHash("sha256").update(key).digest("base64url")}`;
  }
}
