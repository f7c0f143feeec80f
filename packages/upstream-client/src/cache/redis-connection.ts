import type { RedisClientType } from "@redis/client";
import type { Clock } from "../clock.ts";

/**
 * What one read may cost, ms. A timer of Node fires up to a millisecond late, so that this keeps the promise of 5 ms.
 */
const READ_MS = 4;

/**
 * After this many reads in a row that were not answered in time, Redis is left alone for a while, so that a slow one costs
 * next to nothing. One or two may be a pause of this process's own.
 */
const LATE_READS = 3;
const REST_MS = 1_000;

/** Between attempts to connect, ms. */
const RECONNECT_MS = 500;
const CONNECT_TIMEOUT_MS = 2_000;

/** Commands that may be under way; more are refused. A stuck Redis must not gather ours in this process's memory. */
const MAX_UNDER_WAY = 1_000;

/**
 * A connection to Redis that nobody ever has to wait for: it connects in the background from its making on and again whenever it is
 * lost, and a command that cannot go out now is given up.
 */
export class RedisConnection {
  readonly #url: string;
  readonly #clock: Clock;
  readonly #client: Promise<RedisClientType | undefined>;
  #ready: RedisClientType | undefined;
  #lateReads = 0;
  #restUntil = Number.NEGATIVE_INFINITY;
  #closed = false;

  /** @throws TypeError when the URL is not one of Redis: later, it would only look like a Redis that is down */
  constructor(url: string, clock: Clock) {
    if (!/^rediss?:$/.test(URL.parse(url)?.protocol ?? "")) {
      throw new TypeError("expected a Redis URL such as redis://127.0.0.1:6379 (the value is not shown)");
    }
    this.#url = url;
    this.#clock = clock;
    // At start-up: loading the client's modules holds the process up for a few hundred ms, which no request may pay for.
    this.#client = this.#start();
  }

  /** @returns undefined where there is no such key, and whenever Redis does not answer at once */
  get(key: string): Promise<string | undefined> {
    const client = this.#usable();
    if (client === undefined || this.#clock.now() < this.#restUntil) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const cancelTimer = this.#clock.setTimer(READ_MS, () => {
        this.#readWasLate();
        resolve(undefined);
      });
      void valueOrNothing(client, key).then((value) => {
        cancelTimer();
        this.#lateReads = 0;
        return resolve(value);
      });
    });
  }

  #readWasLate(): void {
    this.#lateReads += 1;
    if (this.#lateReads < LATE_READS) return;
    this.#lateReads = 0;
    this.#restUntil = this.#clock.now() + REST_MS;
  }

  set(key: string, value: string, ttlMs: number): void {
    this.#usable()
      ?.set(key, value, { expiration: { type: "PX", value: ttlMs } })
      .catch(ignore);
  }

  delete(key: string): void {
    this.#usable()?.del(key).catch(ignore);
  }

  async close(): Promise<void> {
    this.#closed = true;
    const client = await this.#client;
    if (client?.isOpen === true) client.destroy();
    this.#ready = undefined;
  }

  /** The client, once it is connected. */
  #usable(): RedisClientType | undefined {
    if (this.#closed) return undefined;
    return this.#ready?.isReady === true ? this.#ready : undefined;
  }

  async #start(): Promise<RedisClientType | undefined> {
    // Loaded here: only a process that has a Redis pays for the client's many modules.
    const { createClient } = await import("@redis/client");
    if (this.#closed) return undefined;
    const client: RedisClientType = createClient({
      url: this.#url,
      disableOfflineQueue: true,
      commandsQueueMaxLength: MAX_UNDER_WAY,
      socket: { connectTimeout: CONNECT_TIMEOUT_MS, reconnectStrategy: () => RECONNECT_MS },
    });
    // A lost connection is not an error here; without a listener it would end the process.
    client.on("error", ignore);
    this.#ready = client;
    // It goes on trying until it is destroyed, which rejects this.
    client.connect().catch(ignore);
    return client;
  }
}

async function valueOrNothing(client: RedisClientType, key: string): Promise<string | undefined> {
  try {
    const value: unknown = await client.get(key);
    return typeof value === "string" ? value : undefined;
  } catch {
    return undefined;
  }
}

function ignore(): void {
  // A cache that fails is a cache that misses.
}
