import type { Client, buildConnector } from "undici";
import type { Clock, Random } from "../clock.ts";
import { Connection } from "./connection.ts";

/**
 * The greatest age of a connection, ms. In steady traffic one would live for ever, and would follow
 * neither a name that moves to another address nor new instances behind it. A connect per minute
 * costs nothing measurable. gRPC servers have `MAX_CONNECTION_AGE` for the same reason.
 */
const MAX_AGE_MS = 60_000;

/**
 * Each connection ends this share of its age earlier at most, so that not all are opened at once.
 */
const AGE_JITTER = 0.25;

type PoolParts = { readonly clock: Clock; readonly random: Random };

/** The connections to one address. It has no limit of its own: the bulkhead is the limit. */
export class ConnectionPool {
  readonly #origin: string;
  readonly #options: Client.Options;
  readonly #open: buildConnector.connector;
  readonly #parts: PoolParts;
  readonly #all = new Set<Connection>();
  /** The one that was used last is taken first, so that those too many are closed as idle. */
  readonly #idle: Connection[] = [];

  constructor(origin: string, options: Client.Options, open: buildConnector.connector, parts: PoolParts) {
    this.#origin = origin;
    this.#options = options;
    this.#open = open;
    this.#parts = parts;
  }

  /** A connection for one exchange, until the caller releases it or gives it up. */
  take(): Connection {
    const now = this.#parts.clock.now();
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) {
      if (now < idle.retiresAt) return idle;
      this.#all.delete(idle);
      void idle.close();
    }
    const retiresAt = now + MAX_AGE_MS * (1 - AGE_JITTER * this.#parts.random());
    const client = { origin: this.#origin, options: this.#options, retiresAt };
    const connection = new Connection(client, this.#open, this.#onClosed);
    this.#all.add(connection);
    return connection;
  }

  /** Takes back a connection whose exchange is over. */
  release(connection: Connection): void {
    connection.release();
    this.#idle.push(connection);
  }

  /** Closes idle connections at once, and the others when their exchanges are done. */
  async close(): Promise<void> {
    await Promise.all(Array.from(this.#all, (connection) => connection.close()));
  }

  readonly #onClosed = (connection: Connection): void => {
    this.#all.delete(connection);
    const place = this.#idle.indexOf(connection);
    if (place !== -1) this.#idle.splice(place, 1);
  };
}
