import type { LookupFunction } from "node:net";
import type { Clock, Random } from "@triptych/service-kit";
import { Pool } from "undici";
import type { Dispatcher } from "undici";
import { rememberingLookup } from "./lookup.ts";

/** The instances of one target, used round robin. */
export class Instances {
  readonly all: readonly Instance[];
  /** Resolves their names. */
  readonly lookup: LookupFunction;
  #turn = 0;

  /**
   * @param origins `http://10.0.0.1:8101`, at least one
   * @param random for the jitter of connections' ages
   */
  constructor(origins: readonly string[], clock: Clock, random: Random = Math.random) {
    const lookup = rememberingLookup(clock);
    this.lookup = lookup;
    this.all = origins.map((origin) => new Instance(origin, { clock, random, lookup }));
  }

  /**
   * Returns the instances in the order in which to try them: round robin, unavailable ones last.
   */
  inTurn(): Instance[] {
    const first = this.#turn;
    this.#turn = (this.#turn + 1) % this.all.length;
    const ordered = [...this.all.slice(first), ...this.all.slice(0, first)];
    const available = ordered.filter(({ isAvailable }) => isAvailable);
    return [...available, ...ordered.filter((instance) => !available.includes(instance))];
  }

  async close(): Promise<void> {
    await Promise.all(this.all.map(async (instance) => instance.close()));
  }
}

/**
 * Milliseconds. A host that is gone does not answer at all, so a longer wait only slows requests.
 */
export const CONNECT_TIMEOUT_MS = 500;
/** Milliseconds for which an unreachable instance is tried last. */
const REST_MS = 2_000;
/** Connections to one instance: more than a BFF has requests in flight at its busiest. */
const MAX_CONNECTIONS = 128;
/**
 * Milliseconds. In steady traffic a kept connection would live for ever, and would follow neither a
 * name that moves nor new pods behind it. The BFFs give their connections the same age. undici's
 * `clientTtl` would do it too, but by the date, which may jump.
 */
const MAX_AGE_MS = 60_000;
/** Kept connections live this share shorter at most, so that gateways do not reconnect together. */
const AGE_JITTER = 0.25;

/**
 * Failed checks in a row after which an instance is gone, as in the proxy: a packet may be lost.
 */
const FAILED_CHECKS = 2;

/** The result of an instance's health checks; `unknown` if it was never asked or never answered. */
export type Health = "unknown" | "ready" | "draining" | "gone";

interface InstanceParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly lookup: LookupFunction;
}

/** One address of a target. */
export class Instance {
  readonly origin: string;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #lookup: LookupFunction;
  /** Kept-alive connections. */
  #kept: Pool;
  /** When they are replaced by new ones, on the clock. */
  #renewsAt: number;
  /** One new connection per request. */
  readonly #fresh: Pool;
  readonly #waiting = new Set<() => void>();
  #health: Health = "unknown";
  #failedChecks = 0;
  #restsUntil = Number.NEGATIVE_INFINITY;

  /** @param origin `http://10.0.0.1:8101` */
  constructor(origin: string, parts: InstanceParts) {
    this.origin = origin;
    this.#clock = parts.clock;
    this.#random = parts.random;
    this.#lookup = parts.lookup;
    this.#kept = this.#open(1);
    this.#renewsAt = this.#nextRenewal();
    this.#fresh = this.#open(0);
  }

  get health(): Health {
    return this.#health;
  }

  /** Whether it should get requests now. */
  get isAvailable(): boolean {
    const { health } = this;
    return this.#restsUntil <= this.#clock.now() && (health === "unknown" || health === "ready");
  }

  /**
   * Returns the connections for one request. A repeatable request uses a kept connection. On a kept
   * connection a vanished host looks like a slow one, so any other request gets a new connection:
   * connecting proves that the host is there, and a failed connect has sent nothing.
   */
  dispatcherFor(mayRepeat: boolean): Dispatcher {
    if (!mayRepeat) return this.#fresh;
    if (this.#clock.now() >= this.#renewsAt) {
      // Closes idle connections at once, and the others after their answers.
      void this.#kept.close();
      this.#kept = this.#open(1);
      this.#renewsAt = this.#nextRenewal();
    }
    return this.#kept;
  }

  #nextRenewal(): number {
    return this.#clock.now() + MAX_AGE_MS * (1 - AGE_JITTER * this.#random());
  }

  /**
   * Calls `move` when health checks find that the instance is gone, for a request that has no
   * answer yet. Answers that have begun are left alone: only their connections can tell.
   *
   * @returns a function that ends the wait
   */
  onGone(move: () => void): () => void {
    this.#waiting.add(move);
    return () => this.#waiting.delete(move);
  }

  /**
   * Tries it last for a while, because a connection could not be made. This takes nothing from it
   * but a turn, so one lost packet is enough.
   */
  markUnreachable(): void {
    this.#restsUntil = this.#clock.now() + REST_MS;
  }

  /**
   * Records the result of a health check. An instance is gone after several failed connections in a
   * row. Requests that wait for its answer and can be sent to another one are moved then.
   *
   * @param found undefined when it was reached but did not answer in time
   * @returns whether the next check is urgent
   */
  recordCheck(found: Exclude<Health, "unknown"> | undefined): boolean {
    this.#failedChecks = found === "gone" ? this.#failedChecks + 1 : 0;
    const isUrgent = found === "gone" && this.#failedChecks < FAILED_CHECKS;
    // An admin port that never answered is not set up: it says nothing about the instance.
    const isKnown = this.#health !== "unknown" || found === "ready";
    if (found === undefined || isUrgent || !isKnown) return isUrgent && isKnown;
    this.#health = found;
    if (found === "gone") for (const move of this.#waiting) move();
    return false;
  }

  async close(): Promise<void> {
    await Promise.all([this.#kept.destroy(), this.#fresh.destroy()]);
  }

  #open(pipelining: 0 | 1): Pool {
    return new Pool(this.origin, {
      connections: MAX_CONNECTIONS,
      // With 0 undici keeps no connection.
      pipelining,
      connect: { timeout: CONNECT_TIMEOUT_MS, lookup: this.#lookup },
      // The route's deadline ends the request; undici's own timers are only good to a second.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }
}
