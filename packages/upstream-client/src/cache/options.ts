export type CacheOptions = {
  /** Entries in this process's memory, of all operations together. Default 10,000. */
  readonly maxEntries?: number;
  /** What they may take, bytes (an estimate: see `ENTRY_OVERHEAD`). Default 64 MiB. */
  readonly maxBytes?: number;
  /**
   * A second level that all processes share, such as `redis://127.0.0.1:6379`. Its loss costs speed and nothing else. Default none.
   */
  readonly redisUrl?: string | undefined;
  /** How long a revalidation in the background may take, ms. Default 800: nobody waits for it, but it holds a place. */
  readonly revalidationMs?: number;
};

export const CACHE_DEFAULTS = {
  maxEntries: 10_000,
  maxBytes: 67_108_864,
  revalidationMs: 800,
} as const;
