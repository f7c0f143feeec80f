import type { Clock } from "@triptych/service-kit";
import { Pool } from "undici";
import type { Dispatcher } from "undici";

/** A host that is gone answers nothing at all: waiting longer for it only makes its share of requests slow. */
const CONNECT_TIMEOUT_MS = 500;
/** An instance that could not be reached is left out for so long, unless all are. */
const REST_MS = 2_000;
/** Connections to one instance: a few more than a BFF has requests under way at its busiest. */
const MAX_CONNECTIONS = 128;

/** What an instance's health check says; of one that was never asked, or never answered, nothing is known. */
export type Health = "unknown" | "ready" | "draining" | "gone";

/** One address of a target. */
export class Instance {
  readonly origin: string;
  readonly #clock: Clock;
  /** Connections that are kept. */
  #kept: Pool;
  /** A connection for each request. */
  readonly #fresh: Pool;
  #health: Health = "unknown";
  #restsUntil = Number.NEGATIVE_INFINITY;

  /** @param origin `http://10.0.0.1:8101` */
  constructor(origin: string, clock: Clock) {
    this.origin = origin;
    this.#clock = clock;
    this.#kept = open(origin, 1);
    this.#fresh = open(origin, 0);
  }

  get health(): Health {
    return this.#health;
  }

  /** Whether there is no reason against sending it a request. */
  get isFit(): boolean {
    const { health } = this;
    return this.#restsUntil <= this.#clock.now() && (health === "unknown" || health === "ready");
  }

  /**
   * How to send it a request. One that may be repeated goes over a connection that is kept. On such a connection a host
   * that vanished looks like one that is slow, so any other request gets a connection of its own: that it comes about shows that the
   * host is there, and one that does not has taken nothing.
   */
  dispatcherFor(mayRepeat: boolean): Dispatcher {
    return mayRepeat ? this.#kept : this.#fresh;
  }

  /** It could not be connected. */
  couldNotBeReached(): void {
    this.#restsUntil = this.#clock.now() + REST_MS;
  }

  /**
   * What its health check found. When it is gone, whoever waits for an answer on a kept connection is told at once, and can
   * ask another.
   */
  hear(health: Exclude<Health, "unknown">): void {
    // An admin port that never answered is one that nobody set up: it says nothing about the instance.
    if (this.#health === "unknown" && health !== "ready") return;
    if (health === "gone" && this.#health !== "gone") {
      const waiting = this.#kept;
      this.#kept = open(this.origin, 1);
      void waiting.destroy();
    }
    this.#health = health;
  }

  async close(): Promise<void> {
    await Promise.all([this.#kept.destroy(), this.#fresh.destroy()]);
  }
}

function open(origin: string, pipelining: 0 | 1): Pool {
  return new Pool(origin, {
    connections: MAX_CONNECTIONS,
    // undici keeps no connection where this is 0.
    pipelining,
    connect: { timeout: CONNECT_TIMEOUT_MS },
    // The route's deadline is the timer; undici's own are good to a second only.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
}
