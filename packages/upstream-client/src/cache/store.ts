import { LRUCache } from "lru-cache";
import type { CacheEntry } from "./entry.ts";
import type { CachedOperation } from "./freshness.ts";
import type { RedisLevel } from "./redis-level.ts";

export type Found = { readonly entry: CacheEntry; readonly level: "memory" | "redis" };

/** No entry may push out more than this share of the others. */
const LARGEST_SHARE = 1 / 8;

/** Where entries are kept: this process's memory, bounded, and behind it a level that all processes share, if there is one. */
export class CacheStore {
  readonly #memory: LRUCache<string, CacheEntry>;
  readonly #redis: RedisLevel | undefined;

  constructor(
    limits: { readonly maxEntries: number; readonly maxBytes: number },
    redis: RedisLevel | undefined,
  ) {
    this.#memory = new LRUCache({
      max: limits.maxEntries,
      maxSize: limits.maxBytes,
      maxEntrySize: Math.floor(limits.maxBytes * LARGEST_SHARE),
      sizeCalculation: (entry) => entry.bytes,
    });
    this.#redis = redis;
  }

  inMemory(key: string, operation: CachedOperation): CacheEntry | undefined {
    const entry = this.#memory.get(key);
    return entry?.operation === operation.name ? entry : undefined;
  }

  /**
   * Looks in both levels, when memory has nothing fresh.
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

  async close(): Promise<void> {
    this.#memory.clear();
    await this.#redis?.close();
  }
}
