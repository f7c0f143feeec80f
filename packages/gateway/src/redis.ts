import { createClient } from "@redis/client";
import type { Clock, Logger, Metrics } from "@triptych/service-kit";

/** How long connecting may take, and after it the client's handshake, ms. */
const CONNECT_TIMEOUT_MS = 2_000;
const RECONNECT_MS = 500;
/**
 * Commands in flight; more are refused, so that a stuck Redis cannot fill this process's memory.
 */
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

/** The commands of Redis. `Redis.run` hands them out. */
export type RedisCommands = ReturnType<typeof newClient>;

function newClient(url: string) {
  return createClient({
    url,
    disableOfflineQueue: true,
    commandsQueueMaxLength: MAX_IN_FLIGHT,
    // The client's own limit ends when a command is sent. Those of `Redis.run` last until the
    // answer.
    commandOptions: { timeout: 0 },
    socket: { connectTimeout: CONNECT_TIMEOUT_MS, reconnectStrategy: () => RECONNECT_MS },
  });
}

/** What a connection tells the people who run it. */
export interface RedisTools {
  readonly logger: Logger;
  readonly clock: Clock;
  /** Shows whether there is a connection, as `redis_up`. */
  readonly metrics?: Pick<Metrics, "setRedisUp">;
}

/**
 * A connection to Redis on which every command has a deadline. It opens in the background and
 * reopens whenever it is lost. While there is none, commands fail at once: nothing queues for a
 * Redis that is gone.
 */
export class Redis {
  readonly #url: string;
  readonly #purpose: string;
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #metrics: RedisTools["metrics"];
  #client: RedisCommands;
  /** Whether the log says so: one line when Redis is lost and one when it is back. */
  #isGone = false;
  #inFlight = 0;
  /** Since when the commands in flight wait without any answer, on the monotonic clock, ms. */
  #silentSince = 0;
  /** When the connection was begun, on the monotonic clock, ms. */
  #openedAt = 0;

  /** @param purpose what the connection is for, for the log and for errors */
  constructor(url: string, purpose: string, { logger, clock, metrics }: RedisTools) {
    this.#url = url;
    this.#purpose = purpose;
    this.#logger = logger;
    this.#clock = clock;
    this.#metrics = metrics;
    metrics?.setRedisUp(purpose, false);
    this.#client = this.#open();
  }

  /** Whether there is a connection. */
  get isReady(): boolean {
    return this.#client.isReady;
  }

  /**
   * Runs a command, or one batch of commands, within a deadline. After a time-out it may still take
   * effect later, so repeat only what may happen twice.
   *
   * @param withinMs for a blocking command: longer than it may block
   * @throws Error when there is no connection, when Redis answers with an error, and when it does
   *   not answer in time
   */
  run<T>(withinMs: number, command: (redis: RedisCommands) => Promise<T>): Promise<T> {
    const client = this.#client;
    if (this.#inFlight === 0) this.#silentSince = this.#clock.now();
    const answer = command(client).finally(() => {
      this.#inFlight -= 1;
      if (client === this.#client) this.#silentSince = this.#clock.now();
    });
    this.#inFlight += 1;
    return new Promise((resolve, reject) => {
      const giveUp = (): void => {
        reject(new Error(`Redis did not answer within ${withinMs} ms (${this.#purpose})`));
        const silentMs = this.#clock.now() - this.#silentSince;
        if (client === this.#client && silentMs >= SILENT_MS) this.#replace(SILENT);
      };
      const cancel = this.#clock.setTimer(withinMs, giveUp, "unref");
      answer.finally(cancel).then(resolve, (error: unknown) => {
        if (client === this.#client && isOfReplica(error)) this.#leaveReplica();
        reject(error);
      });
    });
  }

  /** Ends the connection; commands in flight fail. */
  close(): void {
    this.#client.destroy();
  }

  #open(): RedisCommands {
    this.#openedAt = this.#clock.now();
    const client = newClient(this.#url);
    let endHandshake = (): void => undefined;
    client.on("connect", () => {
      endHandshake = this.#clock.setTimer(CONNECT_TIMEOUT_MS, () => this.#replace(SILENT), "unref");
    });
    client.on("error", (error: unknown) => {
      endHandshake();
      if (!this.#isGone) this.#logger.warn({ purpose: this.#purpose, err: error }, "redis is gone");
      this.#setGone(true);
    });
    client.on("ready", () => {
      endHandshake();
      if (this.#isGone) this.#logger.info({ purpose: this.#purpose }, "redis is back");
      this.#setGone(false);
    });
    client.on("end", () => endHandshake());
    // The client retries until it is destroyed, which rejects this promise.
    client.connect().catch(() => undefined);
    return client;
  }

  #setGone(isGone: boolean): void {
    this.#isGone = isGone;
    this.#metrics?.setRedisUp(this.#purpose, !isGone);
  }

  #leaveReplica(): void {
    if (this.#clock.now() - this.#openedAt >= REPLICA_MS) this.#replace("redis is gone: it is a replica now");
  }

  #replace(why: string): void {
    const old = this.#client;
    if (!this.#isGone) this.#logger.warn({ purpose: this.#purpose }, why);
    this.#setGone(true);
    this.#client = this.#open();
    old.destroy();
  }
}

const SILENT = "redis is gone: it answers nothing";

/** Whether Redis refused a write because it is a replica. */
function isOfReplica(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith("READONLY ");
}
