import type { Clock, Logger } from "@triptych/service-kit";
import { Agent, Pool } from "undici";
import type { Dispatcher } from "undici";
import { Refusal } from "../exchange.ts";

/** The instances of one target, used in turn. */
export class Instances {
  readonly all: readonly Instance[];
  #turn = 0;

  /** @param origins `http://10.0.0.1:8101`, at least one */
  constructor(origins: readonly string[], clock: Clock) {
    this.all = origins.map((origin) => new Instance(origin, clock));
  }

  /** The instances in the order in which to try them: the next in turn first, those that are not available last. */
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
  get isAvailable(): boolean {
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
  markUnreachable(): void {
    this.#restsUntil = this.#clock.now() + REST_MS;
  }

  /**
   * What its health check found. When it is gone, whoever waits for an answer on a kept connection is told at once, and can
   * ask another.
   */
  recordHealth(health: Exclude<Health, "unknown">): void {
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

/** From the end of one check to the next, in milliseconds: as often as the proxy asks the gateways. */
const INTERVAL_MS = 500;
/** A process that is busy answers late and is there all the same, so this only keeps checks from piling up. */
const ANSWER_TIMEOUT_MS = 5_000;
/** Where a BFF has its admin port, from its public one (`ADMIN_PORT`). */
const ADMIN_OFFSET = 1_000;

/**
 * Asks each instance's admin port for `/readyz`, as the proxy asks the gateways: one that drains gets nothing more, and of a
 * host that vanished nobody waits for an answer until the deadline. Only a connection that cannot be made says that an
 * instance is gone; it is the kernel that makes connections, so a process that is merely busy is not taken for dead.
 *
 * @returns ends the checks
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
    if (found !== undefined) instance.recordHealth(found);
    const { health, origin } = instance;
    if (health !== before) {
      logger[health === "ready" ? "info" : "warn"]({ target, instance: origin, health }, "instance's health");
    }
    pending.set(
      instance,
      clock.setTimer(INTERVAL_MS, () => void check(instance), "unref"),
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

/** Nothing of the request has left when these happen, so that another instance can be tried whatever the method. */
const NOT_REACHED = new Set([
  "ECONNREFUSED",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EHOSTDOWN",
  "ENOTFOUND",
  "EAI_AGAIN",
  "UND_ERR_CONNECT_TIMEOUT",
]);

/** The instance was reached, but the connection broke before its answer came. */
const BROKEN = new Set(["ECONNRESET", "EPIPE", "ETIMEDOUT", "UND_ERR_SOCKET", "UND_ERR_DESTROYED"]);

/** What became of one attempt that brought no answer. */
export type Failure = "not-reached" | "broken" | "invalid" | "late" | "client-gone";

/** @param ended why the request was ended by us, if it was */
export function failureOf(error: unknown, ended: "late" | "client-gone" | undefined): Failure {
  if (ended !== undefined) return ended;
  const code = codeOf(error);
  if (NOT_REACHED.has(code)) return "not-reached";
  // A name that has several addresses fails with one error for each.
  if (error instanceof AggregateError && error.errors.every((inner) => NOT_REACHED.has(codeOf(inner)))) {
    return "not-reached";
  }
  return BROKEN.has(code) ? "broken" : "invalid";
}

/** The answer for the client: 502 for what is no HTTP, 503 for who is not there, 504 for who is late. */
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
