import type { ServerResponse } from "node:http";
import type { Clock } from "@triptych/service-kit";
import { Refusal } from "../exchange.ts";
import type { Exchange, Policy } from "../exchange.ts";
import { Redis } from "../redis.ts";
import type { RedisTools } from "../redis.ts";
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
    if (kind !== "api-key" && userId !== undefined) await apply(exchange, res, "user", userId);
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

/**
 * Counts in this process. Right for a single gateway: n gateways let through n times as much.
 *
 * @param most windows of one limit that begin in one generation
 */
export function localLimits(clock: Clock, most = MOST_WINDOWS): LimitStore {
  return {
    limiter(_name, requests, seconds) {
      const count = countLocally(seconds * 1_000, clock, most);
      return { consume: (key) => Promise.resolve(consumed(requests, count(key))) };
    },
    close: () => undefined,
  };
}

/** Milliseconds that one count may take: every request waits for it. */
const ANSWER_MS = 50;
/** Milliseconds for which Redis is not asked after a failure, so that a stuck one costs little. */
const REST_MS = 1_000;

/**
 * Begins a window where there is none, counts, and says how long the window still lasts. Redis
 * keeps its end as a date: when Redis' date went back, the window would last that much longer.
 */
const COUNT = `
  redis.call("SET", KEYS[1], 0, "PX", ARGV[1], "NX")
  if redis.call("PTTL", KEYS[1]) > tonumber(ARGV[1]) then redis.call("PEXPIRE", KEYS[1], ARGV[1]) end
  return { redis.call("INCR", KEYS[1]), redis.call("PTTL", KEYS[1]) }
`;

/**
 * Counts in Redis, for all gateways together. When Redis is gone or stuck, each gateway counts for
 * itself with the full limit: refusing all would turn it into an outage of the site, allowing all
 * would let attackers guess without limit. The counts so far are lost then.
 */
export function redisLimits(options: RedisTools & { readonly url: string }): LimitStore {
  const { clock } = options;
  const redis = new Redis(options.url, "rate limits", options);
  let restUntil = Number.NEGATIVE_INFINITY;

  async function count(key: string, windowMs: number): Promise<Counted | undefined> {
    if (!redis.isReady || clock.now() < restUntil) return undefined;
    try {
      const question = { keys: [key], arguments: [String(windowMs)] };
      const reply: unknown = await redis.run(ANSWER_MS, (commands) => commands.eval(COUNT, question));
      const [requests, resetMs] = Array.isArray(reply) ? reply.map(Number) : [];
      if (requests !== undefined && resetMs !== undefined) return { requests, resetMs };
    } catch {
      // The connection itself logs that Redis is gone.
    }
    restUntil = clock.now() + REST_MS;
    return undefined;
  }

  return {
    limiter(name, requests, seconds) {
      const windowMs = seconds * 1_000;
      const countHere = countLocally(windowMs, clock);
      return {
        async consume(key) {
          const counted = await count(`gateway:limit:${name}:${key}`, windowMs);
          return consumed(requests, counted ?? countHere(key));
        },
      };
    },
    close: () => redis.close(),
  };
}

/** Requests in a window, this one included, and milliseconds until it ends. */
interface Counted {
  readonly requests: number;
  readonly resetMs: number;
}

function consumed(limit: number, { requests, resetMs }: Counted): Consumed {
  return {
    allowed: requests <= limit,
    remaining: Math.max(0, limit - requests),
    resetMs: Math.max(0, resetMs),
  };
}

/**
 * Windows that begin in one generation at most; two take about 40 MB. Who has more addresses begins
 * new windows all the time anyway, so the older ones may go.
 */
const MOST_WINDOWS = 100_000;

/**
 * Windows on the monotonic clock: a date that jumps neither ends one nor makes it last.
 *
 * They are in two generations, of which the older one is dropped when all of it has ended: V8 walks
 * over what was deleted from a Map's front each time it starts there, 40 µs with 60,000 windows.
 */
function countLocally(windowMs: number, clock: Clock, most = MOST_WINDOWS): (key: string) => Counted {
  let older = new Map<string, { requests: number; readonly endsAt: number }>();
  let younger: typeof older = new Map();
  let turnsAt = clock.now() + windowMs;
  return (key) => {
    const now = clock.now();
    if (now >= turnsAt || younger.size >= most) {
      [older, younger] = [younger, new Map()];
      turnsAt = now + windowMs;
    }
    const known = younger.get(key) ?? older.get(key);
    const window =
      known !== undefined && known.endsAt > now ? known : { requests: 0, endsAt: now + windowMs };
    window.requests += 1;
    if (window !== known) younger.set(key, window);
    return { requests: window.requests, resetMs: window.endsAt - now };
  };
}
