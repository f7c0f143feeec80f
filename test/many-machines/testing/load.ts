import { setTimeout as pause } from "node:timers/promises";
import type { Asking, Outcome } from "./client.ts";
import { CLIENTS } from "./plan.ts";
import type { Site } from "./site.ts";

/**
 * What clients of the site do: each reads, and each sends a command that must not be executed
 * twice.
 */
export const KINDS = [
  "web-page",
  "web-command",
  "mobile-page",
  "mobile-command",
  "partner-query",
  "partner-command",
] as const;

/** The name of a kind of request. */
export type Kind = (typeof KINDS)[number];

/** An order of the stub services that can always be cancelled. */
const ORDER = "ord_placed";
const REASON = { reason: "changed_mind" };
const JSON_BODY = { "Content-Type": "application/json" };
const MUTATION = `mutation ($key: String!) { cancelOrder(id: "${ORDER}", reason: CHANGED_MIND, idempotencyKey: $key) { id status } }`;

type Sent = Pick<Asking, "method" | "path" | "headers" | "body">;

/** @param key the idempotency key, for a command */
function requestOf(kind: Kind, key: string): Sent {
  switch (kind) {
    case "web-page":
      return { method: "GET", path: "/web/home-page", headers: { Accept: "application/json" } };
    case "mobile-page":
      return { method: "GET", path: "/mobile/home", headers: {} };
    case "partner-query":
      return graphql({ query: "{ viewer { id name } }" });
    case "web-command":
    case "mobile-command": {
      const path = `/${kind.split("-", 1)[0]}/orders/${ORDER}/cancel`;
      const headers = { ...JSON_BODY, Accept: "application/json", "Idempotency-Key": key };
      return { method: "POST", path, headers, body: JSON.stringify(REASON) };
    }
    case "partner-command":
    default:
      return graphql({ query: MUTATION, variables: { key } });
  }
}

function graphql(body: unknown): Sent {
  return { method: "POST", path: "/partner/graphql", headers: JSON_BODY, body: JSON.stringify(body) };
}

/** Whether requests of this kind have an effect. */
export function isCommand(kind: Kind): boolean {
  return kind.endsWith("-command");
}

/**
 * `answered`: as it should be. `slow`: the BFF or the gateway answered that there was no time,
 * which is true on a busy machine. `failed`: anything else.
 */
type Verdict = "answered" | "slow" | "failed";

/** In a problem, or in the errors of a GraphQL answer. */
const SLOW = /"(?:\/problems\/|)(?:upstream-timeout|overloaded)"/;

function verdictOf(kind: Kind, { answer }: Outcome): Verdict {
  if (answer === undefined) return "failed";
  const { status, headers, text } = answer;
  const bff = `${kind.split("-", 1)[0]}-bff`;
  const layers = [headers["server-timing"] ?? []].flat().join(", ");
  // GraphQL reports errors in the body of a 200.
  if (status === 200 && layers.includes(bff) && !text.startsWith('{"errors"')) return "answered";
  // A proxy that answers by itself has lost the request.
  return SLOW.test(text) && !layers.includes("proxy") ? "slow" : "failed";
}

/**
 * Requests of each kind at once. Each waits for its answer, so a busy machine gets fewer requests.
 */
const AT_ONCE = 2;
/**
 * Between an answer and the next request, in milliseconds. Programs start all the time here: the
 * more requests beside them, the longer that takes.
 */
const PAUSE_MS = 300;
/** Enough users share the load that none reaches a rate limit. */
const USERS = 40;

/** One request of the load. */
export interface Attempt {
  readonly kind: Kind;
  /** Numbers the requests; also the idempotency key of a command. */
  readonly key: string;
  /** The proxy that was tried first. */
  readonly proxy: string;
  verdict: Verdict | undefined;
  outcome: Outcome | undefined;
}

/** Sends requests of every kind through both proxies until it is stopped. */
export class Load {
  /** All requests so far, in the order in which they began. */
  readonly attempts: Attempt[] = [];
  readonly #site: Site;
  readonly #tokens = new Map<string, Promise<{ Authorization: string }>>();
  readonly #given = new Set<Attempt>();
  readonly #workers: Promise<void>[];
  #watchers: (() => void)[] = [];
  #stopped = false;

  constructor(site: Site) {
    this.#site = site;
    this.#workers = KINDS.flatMap((kind) => Array.from({ length: AT_ONCE }, () => this.#work(kind)));
  }

  /** The requests that wait for an answer. */
  get underWay(): Attempt[] {
    return this.attempts.filter((attempt) => attempt.verdict === undefined && !this.#given.has(attempt));
  }

  /** Waits until something is true. It is checked whenever a request begins or ends. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise<void>((resolve) => this.#watchers.push(resolve));
  }

  /** Stops waiting for these. An answer that still comes is noted. */
  giveUp(attempts: readonly Attempt[]): void {
    for (const attempt of attempts) this.#given.add(attempt);
    this.#wake();
  }

  /** Starts no more requests, and waits for those that have begun. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#workers);
  }

  async #work(kind: Kind): Promise<void> {
    while (!this.#stopped) {
      const attempt = this.#begin(kind);
      await this.until(() => attempt.verdict !== undefined || this.#given.has(attempt));
      await pause(PAUSE_MS);
    }
  }

  #begin(kind: Kind): Attempt {
    const index = this.attempts.length;
    const { proxies } = this.#site;
    const origins = index % 2 === 0 ? proxies : proxies.toReversed();
    const attempt: Attempt = {
      kind,
      key: `command-${String(index).padStart(6, "0")}`,
      proxy: origins[0] ?? "",
      verdict: undefined,
      outcome: undefined,
    };
    this.attempts.push(attempt);
    void this.#finish(attempt, origins, index);
    this.#wake();
    return attempt;
  }

  async #finish(attempt: Attempt, origins: readonly string[], index: number): Promise<void> {
    const outcome = await this.#send(attempt, origins, index);
    attempt.outcome = outcome;
    attempt.verdict = verdictOf(attempt.kind, outcome);
    this.#wake();
  }

  async #send({ kind, key }: Attempt, origins: readonly string[], index: number): Promise<Outcome> {
    const { headers, ...rest } = requestOf(kind, key);
    const login = await this.#login(`user${index % USERS}`);
    const from = CLIENTS[index % CLIENTS.length] ?? "";
    return this.#site.client.send({ ...rest, headers: { ...headers, ...login }, origins, from });
  }

  #login(user: string): Promise<{ Authorization: string }> {
    const known = this.#tokens.get(user) ?? this.#site.bearer(user);
    this.#tokens.set(user, known);
    return known;
  }

  #wake(): void {
    for (const wake of this.#watchers.splice(0)) wake();
  }
}
