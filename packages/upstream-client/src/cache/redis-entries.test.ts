import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { createClient } from "@redis/client";
import { FakeClock, RedisServer, response, skipWithoutRedis } from "@triptych/testing";
import { makeOperation, testUpstream } from "../testing/index.ts";
import { EntryFactory } from "./entry.ts";
import { RedisLevel } from "./redis-level.ts";

const options = { skip: skipWithoutRedis() };
const KEY = { slot: "shared\n/it", variant: "getThing" };
const OPERATION = {
  ...makeOperation({
    read: (body) =>
      Array.isArray(body)
        ? { ok: false, violation: { field: "", expected: "an object" } }
        : { ok: true, value: body },
  }),
  cache: "shared",
} as const;

/** The second level on a clock that stands still, so that no read is late, with an entry in it. */
async function setup(redis: RedisServer) {
  const clock = new FakeClock();
  const entries = new EntryFactory(clock, true);
  const level = new RedisLevel({ url: redis.url, upstream: "things", clock, entries });
  const other = await createClient({ url: redis.url }).connect();
  const answer = {
    status: 200,
    headers: { "cache-control": "max-age=60" },
    body: Buffer.from('{"it":1}'),
  };
  const success = { ok: true, value: { it: 1 }, response: answer, stale: undefined } as const;
  const { entry } = entries.ofResponse(OPERATION, success, answer, { at: clock.now() });
  assert.ok(entry);
  const get = () => level.get(KEY, OPERATION);
  // The connection is made in the background.
  while ((await get()) === undefined) {
    level.set(KEY, entry);
    await wait(5);
  }
  const [slot = ""] = await other.keys("*");
  const [field = ""] = await other.hKeys(slot);
  const text = (await other.hGet(slot, field)) ?? "";
  const put = (change: Record<string, unknown>) =>
    other.hSet(slot, field, JSON.stringify({ ...JSON.parse(text), ...change }));
  return {
    clock,
    level,
    other,
    get,
    put,
    /** Redis' date, ms since 1970, some time ago. */
    ago: async (ms: number) => Number((await other.time())[0]) * 1_000 - ms,
    slot,
    field,
    async [Symbol.asyncDispose]() {
      await level.close();
      other.destroy();
    },
  };
}

test("an entry of ours is found with its age, and for as long as it lives", options, async () => {
  await using redis = await RedisServer.start();
  await using at = await setup(redis);
  await at.put({ bornOn: await at.ago(20_000) });
  const found = await at.get();
  assert.deepEqual(found?.value, { it: 1 });
  const ageMs = at.clock.now() - found.bornAt;
  assert.ok(ageMs >= 20_000 && ageMs < 40_000, `${ageMs} ms`);
  await at.put({ bornOn: await at.ago(60_000) });
  assert.equal(await at.get(), undefined);
});

test("a date of this process that jumps makes no entry older or younger", options, async () => {
  await using redis = await RedisServer.start();
  await using at = await setup(redis);
  for (const hours of [1, -2, 1]) {
    at.clock.jumpDate(hours * 3_600_000);
    await at.put({ bornOn: await at.ago(0) });
    assert.ok(await at.get(), "a new one");
    await at.put({ bornOn: await at.ago(60_000) });
    assert.equal(await at.get(), undefined, "one that is too old");
  }
});

for (const [name, change] of [
  ["another shape", { text: undefined }],
  ["another key's entry", { key: "shared\n/other\ngetThing" }],
  ["a body that breaks the contract", { text: "[]" }],
  ["a body that is not JSON", { text: "<" }],
  ["an answer that must not be shared", { headers: { "cache-control": "private, max-age=60" } }],
  ["headers that are none", { headers: { "cache-control": {} } }],
  ["a birthday that is none", { bornOn: "now" }],
] as const) {
  test(`an entry that is not ours is a miss: ${name}`, options, async () => {
    await using redis = await RedisServer.start();
    await using at = await setup(redis);
    await at.put({});
    assert.ok(await at.get());
    await at.put(change);
    assert.equal(await at.get(), undefined);
  });
}

test("text that is not JSON, and a key of another kind, are misses", options, async () => {
  await using redis = await RedisServer.start();
  await using at = await setup(redis);
  await at.other.hSet(at.slot, at.field, "{");
  assert.equal(await at.get(), undefined);
  await at.other.set(at.slot, "text");
  assert.equal(await at.get(), undefined);
});

test(
  "an entry from the future is a miss: Redis' date went back, and its age is not known",
  options,
  async () => {
    await using redis = await RedisServer.start();
    await using at = await setup(redis);
    await at.put({ bornOn: await at.ago(-3_600_000) });
    assert.equal(await at.get(), undefined);
    await at.put({ bornOn: await at.ago(-3_000) });
    assert.equal((await at.get())?.bornAt, at.clock.now(), "a small difference is the clocks'");
  },
);

/** Another process with the same Redis, on a clock of its own that stands still. */
async function startProcess(redis: RedisServer, answer: (request: string) => string) {
  const clock = new FakeClock();
  const levels: unknown[] = [];
  const things = await testUpstream((socket, request) => socket.write(answer(request)), {
    clock,
    cache: { redisUrl: redis.url },
    events: { cacheVerdict: ({ level }) => levels.push(level) },
  });
  const other = await createClient({ url: redis.url }).connect();
  for (let asked = 0; (await other.dbSize()) === 0; asked += 1) {
    await things.call({ cache: "shared", path: `/warm-${asked}` });
    await wait(5);
  }
  await other.flushAll();
  return {
    things,
    levels,
    other,
    async [Symbol.asyncDispose]() {
      await things[Symbol.asyncDispose]();
      other.destroy();
    },
  };
}

test("what Redis answers to a GET after a PUT has succeeded meanwhile is not used", options, async () => {
  await using redis = await RedisServer.start();
  let version = 1;
  const answer = (): string => response(200, JSON.stringify({ version }), { "cache-control": "max-age=60" });
  await using writer = await startProcess(redis, answer);
  await using at = await startProcess(redis, answer);
  const it = { cache: "shared", path: "/it" } as const;
  await writer.things.call(it);
  while ((await at.other.dbSize()) === 0) await wait(5);

  redis.freeze();
  const before = at.things.call(it);
  // The PUT goes to the upstream while the GET waits for Redis.
  version = 2;
  await at.things.call({ method: "PUT", path: "/it" });
  const after = at.things.call(it);
  redis.thaw();
  assert.deepEqual(await Promise.all([before, after]), [{ version: 2 }, { version: 2 }]);
  assert.deepEqual(await at.things.call(it), { version: 2 });
  assert.equal(at.levels.at(-1), "memory");
});

test("a PUT removes what Redis has for every authority of its user", options, async () => {
  await using redis = await RedisServer.start();
  let version = 1;
  const answer = (): string => response(200, JSON.stringify({ version }), { "cache-control": "max-age=60" });
  await using one = await startProcess(redis, answer);
  await using other = await startProcess(redis, answer);
  await using third = await startProcess(redis, answer);
  const mine = { cache: "perUser", path: "/mine" } as const;
  const app = { caller: { authority: "orders:read" } };
  const askAll = async ({ things }: typeof one) => [
    await things.call(mine),
    await things.call(mine, app),
    await things.call(mine, { caller: { userId: "8" } }),
  ];
  await askAll(one);
  while ((await one.other.dbSize()) < 2) await wait(5);
  const calls = other.things.server.requests.length;
  await askAll(other);
  assert.equal(other.things.server.requests.length, calls, "both authorities find theirs in Redis");

  version = 2;
  await one.things.call({ method: "PUT", path: "/mine" }, app);
  assert.deepEqual(await askAll(one), [{ version: 2 }, { version: 2 }, { version: 1 }]);
  assert.deepEqual(await askAll(third), [{ version: 2 }, { version: 2 }, { version: 1 }]);
});
