import { LRUCache } from "lru-cache";
import type { Clock } from "../clock.ts";
import { EntryFactory } from "./entry.ts";
import type { CacheEntry } from "./entry.ts";
import type { CachedOperation } from "./freshness.ts";
import type { CacheKey } from "./key.ts";
import type { Strictness } from "../dialect/strictness.ts";
import { RedisLevel } from "./redis-level.ts";

/** Where answers are kept, and how much of them. */
export type CacheOptions = {
  /** URLs in this process's memory, each for every user who asked. Default 10,000. */
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

/** Answers of one slot: operations at one URL, times the authorities of one user. */
const MAX_VARIANTS = 8;

type Variants = ReadonlyMap<string, CacheEntry>;

type StoreParts = {
  readonly upstream: string;
  readonly clock: Clock;
  readonly strictness?: Strictness | undefined;
};

/** The entries of one upstream: in this process's memory and in Redis, if there is one. */
export class CacheStore {
  readonly entries: EntryFactory;
  readonly #memory: LRUCache<string, Variants>;
  readonly #redis: RedisLevel | undefined;
  readonly #deleted = new WeakSet<CacheEntry>();

  /** @throws TypeError when the Redis URL is not one */
  constructor(options: CacheOptions, parts: StoreParts) {
    const { maxEntries, maxBytes, redisUrl: url } = { ...DEFAULTS, redisUrl: undefined, ...options };
    this.entries = new EntryFactory(parts.clock, url !== undefined);
    this.#memory = new LRUCache({
      max: maxEntries,
      maxSize: maxBytes,
      maxEntrySize: Math.floor(maxBytes * LARGEST_SHARE),
      sizeCalculation: (variants) => variants.values().reduce((sum, { bytes }) => sum + bytes, 0),
    });
    this.#redis = url === undefined ? undefined : new RedisLevel({ ...parts, url, entries: this.entries });
  }

  /** Looks only in this process's memory. */
  inMemory({ slot, variant }: CacheKey): CacheEntry | undefined {
    return this.#memory.get(slot)?.get(variant);
  }

  /**
   * Looks in Redis too, for when memory has nothing fresh. Without Redis it calls back at once.
   *
   * @param onFound gets the younger of the two entries, if there is any
   */
  find(key: CacheKey, operation: CachedOperation, onFound: (found: Found | undefined) => void): void {
    if (this.#redis === undefined) onFound(this.#younger(key, undefined));
    else void this.#redis.get(key, operation).then((shared) => onFound(this.#younger(key, shared)));
  }

  #younger(key: CacheKey, shared: CacheEntry | undefined): Found | undefined {
    const inMemory = this.inMemory(key);
    if (shared !== undefined && (inMemory === undefined || shared.bornAt > inMemory.bornAt)) {
      this.#remember(key, shared);
      return { entry: shared, level: "redis" };
    }
    return inMemory === undefined ? undefined : { entry: inMemory, level: "memory" };
  }

  set(key: CacheKey, entry: CacheEntry): void {
    this.#remember(key, entry);
    this.#redis?.set(key, entry);
  }

  /** Deletes all answers of a slot, in Redis as soon as it can be reached. */
  delete(slot: string): void {
    for (const entry of this.#memory.peek(slot)?.values() ?? []) this.#deleted.add(entry);
    this.#memory.delete(slot);
    this.#redis?.delete(slot);
  }

  /** Whether an entry that was found has been deleted since, and not only pushed out. */
  isDeleted(entry: CacheEntry): boolean {
    return this.#deleted.has(entry);
  }

  #remember({ slot, variant }: CacheKey, entry: CacheEntry): void {
    const others = [...(this.#memory.peek(slot) ?? [])].filter(([name]) => name !== variant);
    this.#memory.set(slot, new Map([...others.slice(1 - MAX_VARIANTS), [variant, entry]]));
  }

  /** Empties the memory and closes the connection to Redis. */
  async close(): Promise<void> {
    this.#memory.clear();
    await this.#redis?.close();
  }
}
