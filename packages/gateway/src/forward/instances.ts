import type { Clock, Logger, Random } from "@triptych/service-kit";
import { Agent, Pool } from "undici";
import type { Dispatcher } from "undici";
import { Refusal } from "../exchange.ts";

/** The instances of one target, used round robin. */
export class Instances {
  readonly all: readonly Instance[];
  #turn = 0;

  /**
   * @param origins `http://10.0.0.1:8101`, at least one
   * @param random for the jitter of connections' ages
   */
  constructor(origins: readonly string[], clock: Clock, random: Random = Math.random) {
    this.all = origins.map((origin) => new Instance(origin, clock, random));
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
const CONNECT_TIMEOUT_MS = 500;
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

/** Failed checks in a row after which an instance is gone, as in the proxy: a packet may be lost. */
const FAILED_CHECKS = 2;

/** The result of an instance's health checks; `unknown` if it was never asked or never answered. */
export type Health = "unknown" | "ready" | "draining" | "gone";

/** One address of a target. */
export class Instance {
  readonly origin: string;
  readonly #clock: Clock;
  readonly #random: Random;
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
  constructor(origin: string, clock: Clock, random: Random) {
    this.origin = origin;
    this.#clock = clock;
    this.#random = random;
    this.#kept = open(origin, 1);
    this.#renewsAt = this.#nextRenewal();
    this.#fresh = open(origin, 0);
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
      this.#kept = open(this.origin, 1);
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
}

function open(origin: string, pipelining: 0 | 1): Pool {
  return new Pool(origin, {
    connections: MAX_CONNECTIONS,
    // With 0 undici keeps no connection.
    pipelining,
    connect: { timeout: CONNECT_TIMEOUT_MS },
    // The route's deadline ends the request; undici's own timers are only good to a second.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
}

/**
 * Milliseconds from the end of one check to the next: as often as the proxy checks the gateways.
 */
const INTERVAL_MS = 500;
/** Milliseconds until the check is repeated after a failed connection, as the proxy does. */
const URGENT_INTERVAL_MS = 200;
/**
 * Milliseconds. A busy process answers late but is not gone, so this only keeps checks from piling
 * up.
 */
const ANSWER_TIMEOUT_MS = 5_000;
/** The distance from a BFF's public port to its admin port (`ADMIN_PORT`). */
const ADMIN_OFFSET = 1_000;

/**
 * Polls `/readyz` on each instance's admin port, as the proxy does with the gateways. A draining
 * instance gets no new requests, and no request waits for a vanished host until its deadline. Only
 * failed connections mean that an instance is gone: the kernel accepts connections, so a busy
 * process is not mistaken for a dead one.
 *
 * @returns a function that ends the checks
 */
export function checkHealth(
  target: string,
  { all }: Instances,
  { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
): () => Promise<void> {
  const agent = new Agent({
    pipelining: 0,
    connect: { timeout: CONNECT_TIMEOUT_MS },
    headersTimeout: ANSWER_TIMEOUT_MS,
    bodyTimeout: ANSWER_TIMEOUT_MS,
  });
  const pending = new Map<Instance, () => void>();
  let closed = false;

  async function check(instance: Instance): Promise<void> {
    const before = instance.health;
    const found = await ask(agent, adminOrigin(instance.origin));
    if (closed) return;
    const isUrgent = instance.recordCheck(found);
    const { health, origin } = instance;
    if (health !== before) {
      logger[health === "ready" ? "info" : "warn"]({ target, instance: origin, health }, "instance's health");
    }
    pending.set(
      instance,
      clock.setTimer(isUrgent ? URGENT_INTERVAL_MS : INTERVAL_MS, () => void check(instance), "unref"),
    );
  }

  for (const instance of all) void check(instance);
  return async () => {
    closed = true;
    for (const cancel of pending.values()) cancel();
    await agent.destroy();
  };
}

async function ask(agent: Agent, origin: string): Promise<"ready" | "draining" | "gone" | undefined> {
  try {
    const { statusCode, body } = await agent.request({ origin, path: "/readyz", method: "GET" });
    await body.dump();
    return statusCode === 200 ? "ready" : "draining";
  } catch (error) {
    return failureOf(error, undefined) === "not-reached" ? "gone" : undefined;
  }
}

function adminOrigin(origin: string): string {
  const { hostname, port, protocol } = new URL(origin);
  const usual = protocol === "https:" ? 443 : 80;
  return `http://${hostname}:${(port === "" ? usual : Number(port)) + ADMIN_OFFSET}`;
}

/**
 * Connection errors before any byte of the request is sent: another instance can be tried whatever
 * the method.
 */
const NOT_REACHED = new Set([
  "ECONNREFUSED",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EHOSTDOWN",
  "ENOTFOUND",
  "EAI_AGAIN",
  "UND_ERR_CONNECT_TIMEOUT",
]);

/**
 * The instance was reached, but the connection broke before its answer arrived. `UND_ERR_ABORTED`:
 * the attempt was ended here because the instance is gone.
 */
const BROKEN = new Set([
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "UND_ERR_ABORTED",
  "UND_ERR_DESTROYED",
  "UND_ERR_SOCKET",
]);

/**
 * Why an attempt brought no answer. `late` and `client-gone` are ours; the others are the
 * instance's.
 */
export type Failure = "not-reached" | "broken" | "invalid" | "late" | "client-gone";

/**
 * Classifies the error of an attempt.
 *
 * @param ended why the gateway itself ended the request; undefined if it did not
 */
export function failureOf(error: unknown, ended: "late" | "client-gone" | undefined): Failure {
  if (ended !== undefined) return ended;
  const code = codeOf(error);
  if (NOT_REACHED.has(code)) return "not-reached";
  // A host name with several addresses fails with one error per address.
  if (error instanceof AggregateError && error.errors.every((inner) => NOT_REACHED.has(codeOf(inner)))) {
    return "not-reached";
  }
  return BROKEN.has(code) ? "broken" : "invalid";
}

/**
 * Creates the answer for the client: 502 for an unreadable answer, 503 for an unreachable service,
 * 504 for a late one.
 */
export function failureRefusal(
  failure: Exclude<Failure, "client-gone">,
  upstream: string,
  cause: unknown,
): Refusal {
  const { code, detail } = PROBLEMS[failure];
  return new Refusal("forward", { code, detail, upstream }, { reason: `upstream-${failure}`, cause });
}

const UNREACHABLE = { code: "upstream-unavailable", detail: "The service could not be reached" } as const;

const PROBLEMS = {
  "not-reached": UNREACHABLE,
  broken: UNREACHABLE,
  late: { code: "upstream-timeout", detail: "The service did not answer in time" },
  invalid: { code: "upstream-invalid", detail: "The service's answer could not be read" },
} as const;

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}
