import type { RedisClientType, createClient } from "@redis/client";
import type { Clock } from "../clock.ts";

/** How long connecting may take, and after it the client's handshake, ms. */
const CONNECT_TIMEOUT_MS = 2_000;

/** Time between attempts to connect, ms. */
const RECONNECT_MS = 500;

/** Commands that may be in flight. More are refused, so they do not pile up when Redis hangs. */
const MAX_IN_FLIGHT = 1_000;

/**
 * A connection on which commands wait and nothing is answered for this long is replaced, ms.
 * Packets dropped on the way would otherwise look like a slow Redis until TCP gives up, after 15
 * minutes.
 */
const SILENT_MS = 2_000;

/**
 * A connection of at least this age that leads to a replica is replaced, ms: after a failover the
 * name leads elsewhere, and the old primary keeps its connections.
 */
const REPLICA_MS = 5_000;

/** Redis did not answer a command in time. It may still take effect. */
export class LateAnswer extends Error {
  override readonly name = "LateAnswer";
}

/**
 * A connection to Redis on which every command has a deadline. It connects in the background, again
 * whenever the connection is lost, and refuses a command that cannot be sent now. The gateway's is
 * the same for the same reasons; a shared package would tie this one to it (decision 10).
 */
export class RedisConnection {
  readonly #url: string;
  readonly #clock: Clock;
  readonly #loaded: Promise<void>;
  #createClient: typeof createClient | undefined;
  #client: RedisClientType | undefined;
  #closed = false;
  #inFlight = 0;
  /** Since when the commands in flight wait without any answer, on the monotonic clock, ms. */
  #silentSince = 0;
  /** When the connection was begun, on the monotonic clock, ms. */
  #openedAt = 0;

  /** @throws TypeError when the URL is not a Redis URL, which would later look like an outage */
  constructor(url: string, clock: Clock) {
    if (!/^rediss?:$/.test(URL.parse(url)?.protocol ?? "")) {
      throw new TypeError("expected a Redis URL such as redis://127.0.0.1:6379 (the value is not shown)");
    }
    this.#url = url;
    this.#clock = clock;
    // At start-up, because loading the client's modules blocks the process for a few hundred ms.
    this.#loaded = this.#load();
  }

  /** Whether there is a connection. */
  get isReady(): boolean {
    return !this.#closed && this.#client?.isReady === true;
  }

  /**
   * Runs a command, or one batch of commands, within a deadline.
   *
   * @throws LateAnswer when Redis does not answer in time
   * @throws Error when there is no connection, and when Redis answers with an error
   */
  run<T>(withinMs: number, command: (redis: RedisClientType) => Promise<T>): Promise<T> {
    const client = this.#client;
    if (client === undefined || !this.isReady) return Promise.reject(new Error("no connection to Redis"));
    if (this.#inFlight === 0) this.#silentSince = this.#clock.now();
    const answer = command(client).finally(() => {
      this.#inFlight -= 1;
      if (client === this.#client) this.#silentSince = this.#clock.now();
    });
    this.#inFlight += 1;
    return new Promise((resolve, reject) => {
      const giveUp = (): void => {
        reject(new LateAnswer(`Redis did not answer within ${withinMs} ms`));
        const silentMs = this.#clock.now() - this.#silentSince;
        if (client === this.#client && silentMs >= SILENT_MS) this.#replace();
      };
      const cancel = this.#clock.setTimer(withinMs, giveUp, "unref");
      answer.finally(cancel).then(resolve, (error: unknown) => {
        const isReplica = error instanceof Error && error.message.startsWith("READONLY ");
        const ageMs = this.#clock.now() - this.#openedAt;
        if (client === this.#client && isReplica && ageMs >= REPLICA_MS) this.#replace();
        reject(error);
      });
    });
  }

  /** Ends the connection; commands in flight fail. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#loaded;
    if (this.#client?.isOpen === true) this.#client.destroy();
  }

  async #load(): Promise<void> {
    // Loaded here, so that only a process with a Redis pays for the client's many modules.
    ({ createClient: this.#createClient } = await import("@redis/client"));
    if (!this.#closed) this.#client = this.#open(this.#createClient);
  }

  #open(create: typeof createClient): RedisClientType {
    this.#openedAt = this.#clock.now();
    const client: RedisClientType = create({
      url: this.#url,
      disableOfflineQueue: true,
      commandsQueueMaxLength: MAX_IN_FLIGHT,
      // The client's own limit ends when a command is sent. Those of `run` last until the answer.
      commandOptions: { timeout: 0 },
      socket: { connectTimeout: CONNECT_TIMEOUT_MS, reconnectStrategy: () => RECONNECT_MS },
    });
    let endHandshake = (): void => undefined;
    client.on("connect", () => {
      endHandshake = this.#clock.setTimer(CONNECT_TIMEOUT_MS, () => this.#replace(), "unref");
    });
    // A lost connection is not an error here, but without a listener it would end the process.
    for (const end of ["error", "ready", "end"]) client.on(end, () => endHandshake());
    // It tries to connect until it is destroyed, which rejects this promise.
    client.connect().catch(() => undefined);
    return client;
  }

  #replace(): void {
    if (this.#closed || this.#createClient === undefined) return;
    const old = this.#client;
    this.#client = this.#open(this.#createClient);
    old?.destroy();
  }
}
