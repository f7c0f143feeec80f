import type { Clock } from "@triptych/service-kit";
import { Pool } from "undici";
import type { Dispatcher } from "undici";

/** A host that is gone answers nothing at all: waiting longer for it only makes its share of requests slow. */
const CONNECT_TIMEOUT_MS = 500;
/** An instance that could not be reached is left out for so long, unless all are. */
const REST_MS = 2_000;
/** Connections to one instance: a few more than a BFF has requests under way at its busiest. */
const MAX_CONNECTIONS = 128;

interface Instance {
  readonly pool: Pool;
  restsUntil: number;
}

/** The instances of one target, used in turn. */
export class Instances {
  readonly #instances: readonly Instance[];
  readonly #clock: Clock;
  #turn = 0;

  /** @param origins `http://10.0.0.1:8101`, at least one */
  constructor(origins: readonly string[], clock: Clock) {
    this.#clock = clock;
    this.#instances = origins.map((origin) => ({
      pool: new Pool(origin, {
        connections: MAX_CONNECTIONS,
        connect: { timeout: CONNECT_TIMEOUT_MS },
        // The route's deadline is the timer; undici's own are good to a second only.
        headersTimeout: 0,
        bodyTimeout: 0,
      }),
      restsUntil: Number.NEGATIVE_INFINITY,
    }));
  }

  /**
   * The instances in the order in which to try them: the next in turn first, those that rest last. `isGone` is told
   * of one that could not be reached.
   */
  inTurn(): { dispatcher: Dispatcher; isGone: () => void }[] {
    const now = this.#clock.now();
    const first = this.#turn;
    this.#turn = (this.#turn + 1) % this.#instances.length;
    const ordered = [...this.#instances.slice(first), ...this.#instances.slice(0, first)];
    return [
      ...ordered.filter(({ restsUntil }) => restsUntil <= now),
      ...ordered.filter(({ restsUntil }) => restsUntil > now),
    ].map((instance) => ({
      dispatcher: instance.pool,
      isGone: () => {
        instance.restsUntil = this.#clock.now() + REST_MS;
      },
    }));
  }

  async close(): Promise<void> {
    await Promise.all(this.#instances.map(async ({ pool }) => pool.destroy()));
  }
}
