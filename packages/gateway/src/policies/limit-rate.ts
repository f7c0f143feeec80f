import type { ServerResponse } from "node:http";
import { isIPv6 } from "node:net";
import type { Clock, Logger } from "@triptych/service-kit";
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from "rate-limiter-flexible";
import { Refusal } from "../exchange.ts";
import type { Exchange, Policy } from "../exchange.ts";
import { connectRedis } from "../redis.ts";
import type { Redis } from "../redis.ts";
import type { Limit, Route } from "../table/route.ts";

/**
 * Limits how often one address, before anything else is done for it, and one user or API key, once they are known,
 * may call a route.
 */
export function limitRates(routes: readonly Route[], store: LimitStore) {
  const limiters = new Map<string, Limiter>();
  for (const { name, limits } of routes) {
    for (const { per, requests, seconds } of limits) {
      // With other numbers the counting starts anew: the old count says nothing about the new limit.
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
    // draft-ietf-httpapi-ratelimit-headers: q requests in w seconds; r are left for the next t seconds.
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
    const { kind, sub, apiKeyId } = exchange.caller;
    if (apiKeyId !== undefined) await apply(exchange, res, "api-key", apiKeyId);
    // A partner's own account is not a person: the key's limit is the one that was agreed with the partner.
    if (kind !== "api-key") await apply(exchange, res, "user", sub);
  };

  return { perAddress, perCaller };
}

/** An IPv6 network has 64 bits for each customer: whoever has one has them all. */
const IPV6_GROUPS = 4;

/** The key under which an address is limited: IPv4 as it is (also inside IPv6), IPv6 by its /64. */
export function limitKeyOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(address)) return address;
  const [head = "", tail = ""] = (address.split("%")[0] ?? "").split("::");
  const first = head === "" ? [] : head.split(":");
  const missing = 8 - first.length - (tail === "" ? 0 : tail.split(":").length);
  const groups = [...first, ...Array.from({ length: Math.max(0, missing) }, () => "0"), ...tail.split(":")];
  const network = groups.slice(0, IPV6_GROUPS).map((group) => Number.parseInt(group, 16).toString(16));
  return `${network.join(":")}::/64`;
}

/** What one request did to one limit. */
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

/** Counts in this process alone: right for one gateway; several let through as many times as much. */
export function localLimits(): LimitStore {
  return {
    limiter: (keyPrefix, points, duration) =>
      limiterOf(new RateLimiterMemory({ keyPrefix, points, duration })),
    close: () => undefined,
  };
}

/**
 * Counts in Redis, for all gateways together. When Redis is gone or stuck, each gateway goes on alone with the full
 * limit: an outage of the counters is neither an outage of the shop (closed) nor a holiday for those who guess
 * passwords (open). What was counted so far starts anew then.
 */
export function redisLimits(options: {
  readonly url: string;
  readonly logger: Logger;
  readonly clock: Clock;
}): LimitStore {
  const redis = connectRedis(options.url, "rate limits", options.logger);
  const store = timeLimitedStore(redis, options.clock);
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
    close: () => redis.destroy(),
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

/** How long one count may take, in milliseconds. It is on the way of every request. */
const ANSWER_MS = 50;
/** After a count that was not answered in time Redis is left alone for so long, so that a stuck one costs little. */
const REST_MS = 1_000;

/**
 * The part of a Redis client that the limiter needs, which never keeps a request waiting: a connection can be open
 * and yet answer nothing.
 */
function timeLimitedStore(redis: Pick<Redis, "isReady" | "eval">, clock: Clock) {
  let restUntil = Number.NEGATIVE_INFINITY;
  return {
    get isReady(): boolean {
      return redis.isReady && clock.now() >= restUntil;
    },
    eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown> {
      return new Promise((resolve, reject) => {
        const cancel = clock.setTimer(
          ANSWER_MS,
          () => {
            restUntil = clock.now() + REST_MS;
            reject(new Error(`Redis did not answer within ${ANSWER_MS} ms`));
          },
          "unref",
        );
        redis.eval(script, options).then(resolve, reject).finally(cancel);
      });
    },
  };
}
