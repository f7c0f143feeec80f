import type { Clock, Logger } from "@triptych/service-kit";
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from "rate-limiter-flexible";
import { connectRedis } from "../redis/connect.ts";
import { patientStore } from "./patient-store.ts";

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
  const store = patientStore(redis, options.clock);
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
