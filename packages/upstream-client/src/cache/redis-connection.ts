import type { RedisClientType } from "@redis/client";
import type { Clock } from "../clock.ts";

/** How long one read may take, ms. Node's timers may be 1 ms late, so it costs at most 5 ms. */
const READ_MS = 4;

/**
 * After three late reads in a row, nothing is read for a second, so a slow Redis costs next to
 * nothing. One or two late reads may be a pause of this process itself.
 */
const LATE_READS = 3;
const REST_MS = 1_000;

/** Time between attempts to connect, ms. */
const RECONNECT_MS = 500;
const CONNECT_TIMEOUT_MS = 2_000;

/** Commands that may be in flight. More are refused, so they do not pile up when Redis hangs. */
const MAX_IN_FLIGHT = 1_000;

/**
 * A connection to Redis that never makes a caller wait. It connects in the background, again
 * whenever the connection is lost, and drops a command that cannot be sent now.
 */
export class RedisConnection {
  readonly #url: string;
  readonly #clock: Clock;
  readonly #client: Promise<RedisClientType | undefined>;
  #ready: RedisClientType | undefined;
  #lateReads = 0;
  #restUntil = Number.NEGATIVE_INFINITY;
  #closed = false;

  /** @throws TypeError when the URL is not a Redis URL, which would later look like an outage */
  constructor(url: string, clock: Clock) {
    if (!/^rediss?:$/.test(URL.parse(url)?.protocol ?? "")) {
      throw new TypeError("expected a Redis URL such as redis://127.0.0.1:6379 (the value is not shown)");
    }
    this.#url = url;
    this.#clock = clock;
    // At start-up, because loading the client's modules blocks the process for a few hundred ms.
    this.#client = this.#start();
  }

  /** @returns undefined when there is no such key, and when Redis does not answer in time */
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

  /** Sends the command and does not wait. @param ttlMs how long Redis keeps the value, ms */
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

  /** The client while it is connected. */
  #usable(): RedisClientType | undefined {
    if (this.#closed) return undefined;
    return this.#ready?.isReady === true ? this.#ready : undefined;
  }

  async #start(): Promise<RedisClientType | undefined> {
    // Loaded here, so that only a process with a Redis pays for the client's many modules.
    const { createClient } = await import("@redis/client");
    if (this.#closed) return undefined;
    const client: RedisClientType = createClient({
      url: this.#url,
      disableOfflineQueue: true,
      commandsQueueMaxLength: MAX_IN_FLIGHT,
      socket: { connectTimeout: CONNECT_TIMEOUT_MS, reconnectStrategy: () => RECONNECT_MS },
    });
    // A lost connection is not an error here, but without a listener it would end the process.
    client.on("error", ignore);
    this.#ready = client;
    // It tries to connect until it is destroyed, which rejects this promise.
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
  // A failed command is a cache miss.
}
