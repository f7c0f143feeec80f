import { cache } from "./cache/cache.ts";
import type { CacheStore } from "./cache/store.ts";
import type { Send, Wrapper } from "./call.ts";
import type { Clock, Random } from "./clock.ts";
import type { Telemetry } from "./events.ts";
import { authenticated } from "./dialect/authenticate.ts";
import type { UpstreamOptions } from "./options.ts";
import { breaker } from "./rules/breaker.ts";
import { bulkhead } from "./rules/bulkhead.ts";
import { callBudget } from "./rules/call-budget.ts";
import { coalesce, oncePerRequest } from "./rules/coalesce.ts";
import { hedge } from "./rules/hedge.ts";
import { RetryBudget } from "./rules/retry-budget.ts";
import { retry } from "./rules/retry.ts";
import type { Addresses } from "./wire/addresses.ts";
import { attempt } from "./wire/attempt.ts";
import type { Connector } from "./wire/connector.ts";

/** What the rules of one upstream share. */
export type StackParts = {
  readonly upstream: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly telemetry: Telemetry;
  readonly addresses: Addresses;
  /** Opens sockets to a token endpoint: with the dialect's `tls`, and the system's authorities. */
  readonly open: Connector;
  readonly store: CacheStore;
};

/** Everything between a screen and a socket. */
export function composeStack(options: UpstreamOptions, parts: StackParts): Send {
  return wrap(wrappersOf(options, parts), attempt(options, parts));
}

/**
 * The rules around an attempt, outermost first.
 *
 * Each one shields those below it. A call that the cache answers goes no further, so it does not
 * count in a request's budget of calls. The hedge sees coalesced calls as one call. A hedge's first
 * attempt may be retried, and hedges and retries share one budget. Each retry asks the breaker, so
 * the retries end when it opens. Only what is really sent takes a slot of the bulkhead. Credentials
 * are made once per call, outside of its retries.
 */
export function wrappersOf(options: UpstreamOptions, parts: StackParts): readonly Wrapper[] {
  const { authenticate, secrets } = options;
  const { clock } = parts;
  const budget = new RetryBudget(clock, options.retryBudget);
  return [
    oncePerRequest(),
    cache(options.cache ?? {}, parts),
    coalesce(),
    callBudget(),
    hedge(options.hedge ?? {}, { ...parts, budget }),
    ...(authenticate === undefined
      ? []
      : [authenticated(authenticate, { clock, secrets, open: parts.open })]),
    retry(options.retry ?? {}, { ...parts, budget }),
    breaker(options.breaker ?? {}, parts),
    bulkhead(options.bulkhead ?? {}, parts),
  ];
}

/** Puts wrappers around a `Send`. The first wrapper of the list becomes the outermost. */
export function wrap(wrappers: readonly Wrapper[], innermost: Send): Send {
  return wrappers.reduceRight<Send>((next, wrapper) => wrapper(next), innermost);
}
