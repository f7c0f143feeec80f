import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { RedisServer, response, skipWithoutRedis } from "@triptych/testing";
import type { RawHandler } from "@triptych/testing";
import type { CacheVerdictEvent } from "../events.ts";
import { testUpstream } from "../testing/index.ts";
import type { TestedUpstream } from "../testing/index.ts";

const options = { skip: skipWithoutRedis() };
const SHARED = { cache: "shared" } as const;
const PER_USER = { cache: "perUser" } as const;

const cacheable: RawHandler = (socket, request) => {
  const user = /x-user-id: (\w+)/.exec(request)?.[1];
  socket.write(response(200, JSON.stringify({ user }), { "cache-control": "max-age=60, stale-if-error=60" }));
};

/** One process of several: its memory is its own, Redis is not. */
async function startProcess(redis: { readonly url: string }, handle: RawHandler = cacheable) {
  const verdicts: CacheVerdictEvent[] = [];
  const things = await testUpstream(handle, {
    cache: { redisUrl: redis.url },
    identity: "user-id",
    events: { cacheVerdict: (event) => verdicts.push(event) },
  });
  return { things, verdicts, [Symbol.asyncDispose]: () => things[Symbol.asyncDispose]() };
}

/**
 * The connection is made in the background: calls for new things until one of them reaches Redis.
 */
async function connected(things: TestedUpstream, redis: RedisServer): Promise<void> {
  // What another process just sent must not be taken for this one's.
  await wait(20);
  const before = await command(redis, "DBSIZE");
  for (let asked = 0; (await command(redis, "DBSIZE")) === before; asked += 1) {
    await things.call({ ...SHARED, path: `/warm-${asked}-${things.server.port}` });
    await wait(5);
  }
}

/** Asks for new things until Redis answers: on a busy machine one read may be late. */
async function eventuallyFromRedis(
  verdicts: readonly CacheVerdictEvent[],
  ask: (attempt: number) => Promise<void>,
): Promise<void> {
  for (let attempt = 0; verdicts.at(-1)?.level !== "redis"; attempt += 1) {
    await ask(attempt);
    if (attempt > 0) await wait(10);
  }
}

/** Speaks to Redis without the client under test. */
async function command(redis: RedisServer, ...words: readonly string[]): Promise<string> {
  const socket = connect(redis.port, "127.0.0.1");
  const bulk = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join("");
  socket.write(`*${words.length}\r\n${bulk}`);
  const [reply] = await once(socket, "data");
  socket.destroy();
  return String(reply);
}

async function keys(redis: RedisServer): Promise<string[]> {
  const reply = await command(redis, "KEYS", "*");
  return reply.split("\r\n").filter((line) => /^[a-z]/.test(line));
}

test("what one process stores, another one finds", options, async () => {
  await using redis = await RedisServer.start();
  await using first = await startProcess(redis);
  await using second = await startProcess(redis);
  await connected(first.things, redis);
  await connected(second.things, redis);
  await eventuallyFromRedis(second.verdicts, async (attempt) => {
    const it = { ...SHARED, path: `/it-${attempt}` };
    await first.things.call(it);
    await wait(20);
    assert.deepEqual(await second.things.call(it), { user: "7" });
  });
  const asked = second.things.server.requests.length;
  const [last] = (first.things.server.requests.at(-1) ?? "").split(" HTTP");
  assert.deepEqual(await second.things.call({ ...SHARED, path: (last ?? "").slice(4) }), { user: "7" });
  assert.equal(second.verdicts.at(-1)?.level, "memory");
  assert.equal(second.things.server.requests.length, asked);
});

test("a user's entry is found only by that user", options, async () => {
  await using redis = await RedisServer.start();
  await using first = await startProcess(redis);
  await using second = await startProcess(redis);
  await connected(first.things, redis);
  await connected(second.things, redis);
  await eventuallyFromRedis(second.verdicts, async (attempt) => {
    const mine = { ...PER_USER, path: `/mine-${attempt}` };
    await first.things.call(mine);
    await wait(20);
    assert.deepEqual(await second.things.call(mine, { caller: { userId: "8" } }), { user: "8" });
    assert.equal(second.verdicts.at(-1)?.level, undefined);
    assert.deepEqual(await second.things.call(mine), { user: "7" });
  });
});

test(
  "keys have a namespace, a version, an upstream and a life, and name no user and no URL",
  options,
  async () => {
    await using redis = await RedisServer.start();
    await using process = await startProcess(redis);
    await connected(process.things, redis);
    await process.things.call({ ...PER_USER, path: "/secret" }, { caller: { userId: "alice" } });
    await wait(20);
    for (const key of await keys(redis)) {
      assert.match(key, /^triptych:upstream-cache:3:things:[\w-]{43}$/);
      const ttl = Number((await command(redis, "PTTL", key)).slice(1));
      assert.ok(ttl > 0 && ttl <= 120_000, `${ttl}`);
    }
  },
);

test("a Redis that hangs is a miss", options, async () => {
  await using redis = await RedisServer.start();
  await using process = await startProcess(redis);
  await connected(process.things, redis);
  await command(redis, "CLIENT", "PAUSE", "60000", "ALL");
  for (let made = 0; made < 20; made += 1) {
    assert.deepEqual(await process.things.call({ ...SHARED, path: `/hang-${made}` }), { user: "7" });
  }
});

test("a Redis that is down, goes away or comes back is never an error", options, async () => {
  await using redis = await RedisServer.start();
  await redis.stop();
  await using process = await startProcess(redis);
  assert.deepEqual(await process.things.call({ ...SHARED, path: "/a" }), { user: "7" });
  await redis.start();
  await connected(process.things, redis);
  await redis.stop();
  for (let made = 0; made < 10; made += 1) await process.things.call({ ...SHARED, path: `/gone-${made}` });
  await redis.start();
  await connected(process.things, redis);
});

test("large bodies stay in memory", options, async () => {
  await using redis = await RedisServer.start();
  await using process = await startProcess(redis, (socket, request) => {
    const body = request.includes("/large") ? "x".repeat(300_000) : "x";
    socket.write(response(200, JSON.stringify(body), { "cache-control": "max-age=60" }));
  });
  await connected(process.things, redis);
  await wait(20);
  const before = (await keys(redis)).length;
  await process.things.call({ ...SHARED, path: "/large" });
  await wait(20);
  assert.equal((await keys(redis)).length, before);
});

test("concurrent reads of a key are one command", options, async () => {
  await using redis = await RedisServer.start();
  await using process = await startProcess(redis);
  await connected(process.things, redis);
  await command(redis, "CONFIG", "RESETSTAT");
  await Promise.all(Array.from({ length: 50 }, () => process.things.call({ ...SHARED, path: "/many" })));
  const stats = await command(redis, "INFO", "commandstats");
  assert.match(stats, /cmdstat_hget:calls=1,/);
});
