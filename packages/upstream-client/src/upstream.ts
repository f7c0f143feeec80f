import type { Addresses } from "./wire/addresses.ts";
import { EntryFactory } from "./cache/entry-factory.ts";
import { CACHE_DEFAULTS } from "./cache/options.ts";
import { RedisLevel } from "./cache/redis-level.ts";
import { CacheStore } from "./cache/store.ts";
import type { Call, Send } from "./call.ts";
import { systemClock } from "./clock.ts";
import type { CallScope } from "./context.ts";
import { openAddresses } from "./wire/open-addresses.ts";
import { PathTemplate, checkedIdempotencyKey } from "./operation.ts";
import type { CallInput, Operation } from "./operation.ts";
import type { UpstreamOptions } from "./options.ts";
import { composeStack } from "./stack.ts";
import { Telemetry } from "./telemetry.ts";

/** A domain service, called over HTTP with every protection on. One per service, made at start-up. */
export class Upstream {
  readonly name: string;
  readonly #addresses: Addresses;
  readonly #store: CacheStore;
  readonly #send: Send;
  readonly #templates = new WeakMap<Operation<unknown>, PathTemplate>();

  /** @throws TypeError when an address is not an origin, or there is none, or the Redis URL is none */
  constructor(options: UpstreamOptions) {
    const { name, clock = systemClock, today = Date.now, random = Math.random } = options;
    this.name = name;
    const telemetry = new Telemetry(options.events);
    this.#addresses = openAddresses(originsOf(options), { upstream: name, clock, telemetry });
    const { redisUrl: url, ...limits } = { ...CACHE_DEFAULTS, ...options.cache };
    const entries = new EntryFactory(clock, url !== undefined);
    const redis =
      url === undefined ? undefined : new RedisLevel({ url, upstream: name, clock, today, entries });
    this.#store = new CacheStore(limits, redis);
    const parts = {
      clock,
      today,
      random,
      telemetry,
      addresses: this.#addresses,
      entries,
      store: this.#store,
    };
    this.#send = composeStack(options, parts);
  }

  /**
   * Makes one call for a section of a screen. An old answer that stands in for a failed one is noted in the scope.
   *
   * @returns the answer, parsed and checked against the contract; it may be shared, so treat it as read-only
   * @throws UpstreamError when the upstream fails, in one of the family's kinds
   * @throws InvalidCallError before anything is sent, when a parameter must not be
   */
  async call<Answer>(operation: Operation<Answer>, scope: CallScope, input: CallInput = {}): Promise<Answer> {
    const outcome = await this.#send(this.#callOf(operation, scope, input));
    if (!outcome.ok) throw outcome.error;
    if (outcome.stale !== undefined) scope.usedStale(outcome.stale);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the stack carries the answers of all operations; this one was made by this operation's `read`
    return outcome.value as Answer;
  }

  #callOf(operation: Operation<unknown>, scope: CallScope, input: CallInput): Call {
    const target = this.#template(operation).target(input);
    return {
      upstream: this.name,
      operation,
      target,
      body: input.body === undefined ? undefined : JSON.stringify(input.body),
      idempotencyKey: checkedIdempotencyKey(operation, input.idempotencyKey),
      validators: undefined,
      scope,
      deadline: scope.deadline,
      key: `${this.name}\n${scope.request.identity}\n${operation.name}\n${target}`,
      mayRetry: true,
      progress: { phase: "queue", address: undefined },
    };
  }

  #template(operation: Operation<unknown>): PathTemplate {
    let template = this.#templates.get(operation);
    if (template === undefined) {
      template = new PathTemplate(operation);
      this.#templates.set(operation, template);
    }
    return template;
  }

  /** Closes idle sockets at once and the others when their calls are done. */
  async close(): Promise<void> {
    await this.#addresses.close();
    await this.#store.close();
  }
}

function originsOf({ name, addresses, origin }: UpstreamOptions): readonly string[] {
  if (addresses !== undefined && origin !== undefined) {
    throw new TypeError(`${name}: expected addresses or origin, got both; one address is a list of one`);
  }
  return addresses ?? (origin === undefined ? [] : [origin]);
}
