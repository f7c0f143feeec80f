import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createClient } from "@redis/client";
import { createLogger, systemClock } from "@triptych/service-kit";
import { CapturedLog, RedisServer, skipWithoutRedis } from "@triptych/testing";
import { redisLimits } from "./policies/limit-rate.ts";
import type { LimitStore } from "./policies/limit-rate.ts";

/** Asks until it is so, as often as the event loop turns; returns how many milliseconds it took. */
async function until(holds: () => boolean | Promise<boolean>): Promise<number> {
  const startedAt = performance.now();
  while (!(await holds())) {
    assert.ok(performance.now() - startedAt < 10_000, "it did not happen within 10 s");
    await new Promise<void>((resolve) => setTimeout(resolve, 5));
  }
  return performance.now() - startedAt;
}

const limitsOn = (url: string): LimitStore & Disposable => {
  const limits = redisLimits({ url, logger: new CapturedLog(createLogger).logger, clock: systemClock });
  return Object.assign(limits, { [Symbol.dispose]: () => limits.close() });
};

describe("two gateways on one Redis", { skip: skipWithoutRedis() }, () => {
  it("count requests together", async () => {
    await using redis = await RedisServer.start();
    using one = limitsOn(redis.url);
    using other = limitsOn(redis.url);
    const [first, second] = [one.limiter("web:user", 4, 60), other.limiter("web:user", 4, 60)];
    // Until both are connected each counts for itself.
    let attempt = 0;
    await until(async () => {
      attempt += 1;
      const left = [];
      for (const limiter of [first, second, first])
        left.push((await limiter.consume(`warm-${attempt}`)).remaining);
      return left.join() === "3,2,1";
    });
    // A count that Redis did not answer in time is each one's own: on a busy machine that happens,
    // not to all of several callers.
    const outcomes: string[] = [];
    for (const key of ["42", "43", "44", "45", "46"]) {
      const answers = [];
      for (const limiter of [first, second, first, second, first, second]) {
        answers.push((await limiter.consume(key)).allowed ? "yes" : "no");
      }
      outcomes.push(answers.join());
    }
    assert.ok(outcomes.includes("yes,yes,yes,yes,no,no"), outcomes.join("\n"));
  });

  it("limit for no longer than a window, though Redis' date went back by an hour", async () => {
    await using redis = await RedisServer.start();
    using store = limitsOn(redis.url);
    const limiter = store.limiter("web:user", 1, 60);
    const client = await createClient({ url: redis.url }).connect();
    // A window that ends in an hour is what such a jump leaves behind.
    const window = "gateway:limit:web:user:42";
    await client.set(window, 1, { expiration: { type: "PX", value: 3_600_000 } });
    await until(async () => !(await limiter.consume("42")).allowed && (await client.pTTL(window)) <= 60_000);
    client.destroy();
  });

  it("go on limiting, each for itself, when Redis is gone and when it is stuck", async () => {
    await using redis = await RedisServer.start();
    using store = limitsOn(redis.url);
    const limiter = store.limiter("web:user", 2, 60);
    await limiter.consume("warm");
    for (const [outage, key] of [
      [() => redis.freeze(), "a"],
      [() => redis.stop(), "b"],
    ] as const) {
      await outage();
      const answers = [];
      // Answered at all: a frozen Redis never answers.
      for (let request = 0; request < 4; request += 1) answers.push((await limiter.consume(key)).allowed);
      assert.deepEqual(answers, [true, true, false, false]);
    }
  });
});
