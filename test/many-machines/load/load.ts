import { setTimeout as pause } from "node:timers/promises";
import type { Outcome } from "../client/protocol.ts";
import { CLIENTS } from "../site/plan.ts";
import type { Site } from "../site/site.ts";
import { KINDS, requestOf } from "./kinds.ts";
import type { Kind } from "./kinds.ts";
import { verdictOf } from "./verdict.ts";
import type { Verdict } from "./verdict.ts";

/** Requests of each kind that are under way at once. Each waits for its answer, so a busy machine has less to do, not more. */
const AT_ONCE = 2;
/** Between an answer and the next request, in milliseconds. */
const PAUSE_MS = 100;
/** So many share the load that nobody reaches a limit. */
const USERS = 40;

/** One request of the load. */
export interface Attempt {
  readonly kind: Kind;
  /** Its place among all requests; also the idempotency key of a command. */
  readonly key: string;
  /** The proxy that was tried first. */
  readonly proxy: string;
  verdict: Verdict | undefined;
  outcome: Outcome | undefined;
}

/** Requests of every kind, again and again, through either proxy. */
export class Load {
  /** All so far, in the order in which they began. */
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

  get underWay(): Attempt[] {
    return this.attempts.filter((attempt) => attempt.verdict === undefined && !this.#given.has(attempt));
  }

  /** Waits until something is true; it is asked again at every answer and every beginning. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise<void>((resolve) => this.#watchers.push(resolve));
  }

  /** Whoever waits for these goes on without an answer; one that comes all the same is noted. */
  giveUp(attempts: readonly Attempt[]): void {
    for (const attempt of attempts) this.#given.add(attempt);
    this.#wake();
  }

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
