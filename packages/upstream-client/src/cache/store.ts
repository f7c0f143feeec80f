import { LRUCache } from "lru-cache";
import type { Clock } from "../clock.ts";
import { EntryFactory } from "./entry.ts";
import type { CacheEntry } from "./entry.ts";
import type { CachedOperation } from "./freshness.ts";
import { RedisLevel } from "./redis-level.ts";

/** Where answers are kept, and how much of them. */
export type CacheOptions = {
  /** Entries in this process's memory, of all operations together. Default 10,000. */
  readonly maxEntries?: number;
  /** Their estimated size, bytes. Default 64 MiB. */
  readonly maxBytes?: number;
  /**
   * A second level that all processes share, such as `redis://127.0.0.1:6379`. Losing it costs only
   * speed. Default none.
   */
  readonly redisUrl?: string | undefined;
  /**
   * How long a revalidation in the background may take, ms. Default 800: no user waits for it, but
   * it uses a slot of the bulkhead.
   */
  readonly revalidationMs?: number;
};

const DEFAULTS = { maxEntries: 10_000, maxBytes: 67_108_864 } as const;

/** An entry, and the level that had it. */
export type Found = { readonly entry: CacheEntry; readonly level: "memory" | "redis" };

/** One entry may take at most this share of the memory, so that it cannot push out all others. */
const LARGEST_SHARE = 1 / 8;

/** The entries of one upstream: in this process's memory and in Redis, if there is one. */
export class CacheStore {
  readonly entries: EntryFactory;
  readonly #memory: LRUCache<string, CacheEntry>;
  readonly #redis: RedisLevel | undefined;

  /** @throws TypeError when the Redis URL is not one */
  constructor(options: CacheOptions, parts: { readonly upstream: string; readonly clock: Clock }) {
    const { maxEntries, maxBytes, redisUrl: url } = { ...DEFAULTS, redisUrl: undefined, ...options };
    this.entries = new EntryFactory(parts.clock, url !== undefined);
    this.#memory = new LRUCache({
      max: maxEntries,
      maxSize: maxBytes,
      maxEntrySize: Math.floor(maxBytes * LARGEST_SHARE),
      sizeCalculation: (entry) => entry.bytes,
    });
    this.#redis = url === undefined ? undefined : new RedisLevel({ ...parts, url, entries: this.entries });
  }

  /** Looks only in this process's memory. */
  inMemory(key: string, operation: CachedOperation): CacheEntry | undefined {
    const entry = this.#memory.get(key);
    return entry?.operation === operation.name ? entry : undefined;
  }

  /**
   * Looks in Redis too, when memory has nothing fresh.
   *
   * @returns the younger of the two entries, if there is any
   */
  async find(
    key: string,
    operation: CachedOperation,
    inMemory: CacheEntry | undefined,
  ): Promise<Found | undefined> {
    const shared = await this.#redis?.get(key, operation);
    if (shared !== undefined && (inMemory === undefined || shared.receivedAt > inMemory.receivedAt)) {
      this.#memory.set(key, shared);
      return { entry: shared, level: "redis" };
    }
    return inMemory === undefined ? undefined : { entry: inMemory, level: "memory" };
  }

  set(key: string, entry: CacheEntry): void {
    this.#memory.set(key, entry);
    this.#redis?.set(key, entry);
  }

  delete(key: string): void {
    this.#memory.delete(key);
    this.#redis?.delete(key);
  }

  /** Empties the memory and closes the connection to Redis. */
  async close(): Promise<void> {
    this.#memory.clear();
    await this.#redis?.close();
  }
}
