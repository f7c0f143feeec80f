import type { ServerResponse } from "node:http";
import type { Clock, Logger } from "@triptych/service-kit";
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from "rate-limiter-flexible";
import { Refusal } from "../exchange.ts";
import type { Exchange, Policy } from "../exchange.ts";
import { Redis } from "../redis.ts";
import type { Limit, Route } from "../table/route.ts";
import { limitKeyOf } from "./client-address.ts";

/**
 * Creates the rate limits: one per address, which runs before any other work, and one per user or
 * API key, once they are known.
 */
export function limitRates(routes: readonly Route[], store: LimitStore) {
  const limiters = new Map<string, Limiter>();
  for (const { name, limits } of routes) {
    for (const { per, requests, seconds } of limits) {
      // Changed numbers start a new counter: the old count says nothing about the new limit.
      const counter = `${name}:${per}:${requests}/${seconds}`;
      limiters.set(`${name} ${per}`, store.limiter(counter, requests, seconds));
    }
  }

  async function apply(
    exchange: Exchange,
    res: ServerResponse,
    per: Limit["per"],
    key: string,
  ): Promise<void> {
    const limit = exchange.route.limits.find((candidate) => candidate.per === per);
    const limiter = limiters.get(`${exchange.route.name} ${per}`);
    if (limit === undefined || limiter === undefined) return;
    const { allowed, remaining, resetMs } = await limiter.consume(key);
    const resetS = Math.max(1, Math.ceil(resetMs / 1_000));
    // draft-ietf-httpapi-ratelimit-headers: q requests in w seconds; r are left for t seconds.
    res.appendHeader("RateLimit-Policy", `"${per}";q=${limit.requests};w=${limit.seconds}`);
    res.appendHeader("RateLimit", `"${per}";r=${remaining};t=${resetS}`);
    if (allowed) return;
    throw new Refusal(
      "rate-limit",
      {
        code: "rate-limited",
        detail: `There were more than ${limit.requests} requests in ${limit.seconds} seconds`,
        retryAfterSeconds: resetS,
      },
      { reason: `per-${per}` },
    );
  }

  const perAddress: Policy = (exchange, _req, res) =>
    apply(exchange, res, "address", limitKeyOf(exchange.address));

  const perCaller: Policy = async (exchange, _req, res) => {
    const { kind, userId, apiKeyId } = exchange.caller;
    if (apiKeyId !== undefined) await apply(exchange, res, "api-key", apiKeyId);
    // A bare API key has the limit that was agreed with its partner, not a person's.
    if (kind !== "api-key") await apply(exchange, res, "user", userId);
  };

  return { perAddress, perCaller };
}

/** The state of a limit after one request. */
export interface Consumed {
  readonly allowed: boolean;
  /** Requests left in this window. */
  readonly remaining: number;
  /** Milliseconds until the window ends. */
  readonly resetMs: number;
}

/** One limit of one route. */
export interface Limiter {
  consume(key: string): Promise<Consumed>;
}

/** Where the limits count. */
export interface LimitStore {
  /** @param name unique; part of the counters' names */
  limiter(name: string, requests: number, seconds: number): Limiter;
  close(): void;
}

/** Counts in this process. Right for a single gateway: n gateways let through n times as much. */
export function localLimits(): LimitStore {
  return {
    limiter: (keyPrefix, points, duration) =>
      limiterOf(new RateLimiterMemory({ keyPrefix, points, duration })),
    close: () => undefined,
  };
}

/**
 * Counts in Redis, for all gateways together. When Redis is gone or stuck, each gateway counts for
 * itself with the full limit: refusing all would turn it into an outage of the site, allowing all
 * would let attackers guess without limit. The counts so far are lost then.
 */
export function redisLimits(options: {
  readonly url: string;
  readonly logger: Logger;
  readonly clock: Clock;
}): LimitStore {
  const redis = new Redis(options.url, "rate limits", options);
  const store = restingStore(redis, options.clock);
  return {
    limiter(name, points, duration) {
      const keyPrefix = `gateway:limit:${name}`;
      return limiterOf(
        new RateLimiterRedis({
          storeClient: store,
          useRedisPackage: true,
          rejectIfRedisNotReady: true,
          keyPrefix,
          points,
          duration,
          insuranceLimiter: new RateLimiterMemory({ keyPrefix, points, duration }),
        }),
      );
    },
    close: () => redis.close(),
  };
}

function limiterOf(limiter: RateLimiterMemory | RateLimiterRedis): Limiter {
  return {
    async consume(key) {
      try {
        return consumed(await limiter.consume(key), true);
      } catch (refused) {
        if (refused instanceof RateLimiterRes) return consumed(refused, false);
        throw refused;
      }
    },
  };
}

function consumed({ remainingPoints, msBeforeNext }: RateLimiterRes, allowed: boolean): Consumed {
  return { allowed, remaining: Math.max(0, remainingPoints), resetMs: Math.max(0, msBeforeNext) };
}

/** Milliseconds that one count may take: every request waits for it. */
const ANSWER_MS = 50;
/** Milliseconds for which Redis is not asked after a failure, so that a stuck one costs little. */
const REST_MS = 1_000;

/** The part of a Redis client that the limiter needs. After a failed count it rests. */
function restingStore(redis: Redis, clock: Clock) {
  let restUntil = Number.NEGATIVE_INFINITY;
  return {
    get isReady(): boolean {
      return redis.isReady && clock.now() >= restUntil;
    },
    async eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown> {
      try {
        return await redis.run(ANSWER_MS, (commands) => commands.eval(script, options));
      } catch (error) {
        restUntil = clock.now() + REST_MS;
        throw error;
      }
    },
  };
}
