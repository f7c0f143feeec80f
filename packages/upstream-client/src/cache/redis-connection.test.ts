import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as nextTurn, setTimeout as wait } from "node:timers/promises";
import { createClient } from "@redis/client";
import type { RedisClientType } from "@redis/client";
import { FakeClock, RedisServer, skipWithoutRedis } from "@triptych/testing";
import { RedisConnection } from "./redis-connection.ts";

const options = { skip: skipWithoutRedis() };

async function setup(redis: RedisServer) {
  const clock = new FakeClock();
  const connection = new RedisConnection(redis.url, clock);
  const other = await createClient({ url: redis.url }).connect();
  await other.set("key", "value");
  while ((await connection.get("key")) !== "value") await nextTurn();
  return {
    clock,
    connection,
    other,
    async [Symbol.asyncDispose]() {
      await connection.close();
      other.destroy();
    },
  };
}

/** Redis notices that a connection was closed when it gets to it. */
async function onlyClient(other: RedisClientType): Promise<void> {
  for (let look = 0; ; look += 1) {
    const clients = JSON.stringify(await other.sendCommand(["CLIENT", "LIST"]));
    if (clients.match(/id=\d+ addr/g)?.length === 1) return;
    assert.ok(look < 200, `others stay connected: ${clients}`);
    await wait(20);
  }
}

test("a read without an answer is given up after 4 ms", options, async () => {
  await using redis = await RedisServer.start();
  await using at = await setup(redis);
  await at.other.sendCommand(["CLIENT", "PAUSE", "60000", "ALL"]);
  let answered = false;
  const reading = at.connection.get("key").finally(() => (answered = true));
  await at.clock.advanceInTurns(3.9);
  assert.equal(answered, false);
  await at.clock.advanceInTurns(0.1);
  assert.equal(await reading, undefined);
});

test("after three late reads in a row nothing is read for a second", options, async () => {
  await using redis = await RedisServer.start();
  await using at = await setup(redis);
  await at.other.sendCommand(["CLIENT", "PAUSE", "60000", "ALL"]);
  for (let late = 0; late < 3; late += 1) {
    const reading = at.connection.get("key");
    await at.clock.advanceInTurns(4);
    assert.equal(await reading, undefined);
  }
  assert.equal(await at.connection.get("key"), undefined);
  assert.equal(at.clock.pending, 0);
  await at.clock.advanceInTurns(1_000);
  void at.connection.get("key");
  assert.equal(at.clock.pending, 1);
});

test("before it is connected and after it is closed, every read is a miss at once", options, async () => {
  await using redis = await RedisServer.start();
  const clock = new FakeClock();
  const connection = new RedisConnection(redis.url, clock);
  assert.equal(await connection.get("key"), undefined);
  await connection.close();
  assert.equal(await connection.get("key"), undefined);
  connection.set("key", "value", 1_000);
  connection.delete("key");
  assert.equal(clock.pending, 0);
});

test(
  "it connects before anybody asks, so that no request pays for the loading of the client",
  options,
  async () => {
    await using redis = await RedisServer.start();
    const other = await createClient({ url: redis.url }).connect();
    const connection = new RedisConnection(redis.url, new FakeClock());
    for (let look = 0; ; look += 1) {
      const clients = JSON.stringify(await other.sendCommand(["CLIENT", "LIST"]));
      if (clients.match(/id=\d+ addr/g)?.length === 2) break;
      assert.ok(look < 200, `nobody else is connected: ${clients}`);
      await wait(20);
    }
    await connection.close();
    other.destroy();
  },
);

test("a close while it is still connecting leaves nothing behind", options, async () => {
  await using redis = await RedisServer.start();
  const connection = new RedisConnection(redis.url, new FakeClock());
  void connection.get("key");
  await connection.close();
  const other = await createClient({ url: redis.url }).connect();
  await wait(50);
  await onlyClient(other);
  other.destroy();
});

test("a close while Redis is down ends the attempts to connect", options, async () => {
  await using redis = await RedisServer.start();
  await redis.stop();
  const connection = new RedisConnection(redis.url, new FakeClock());
  assert.equal(await connection.get("key"), undefined);
  await wait(50);
  assert.equal(await connection.get("key"), undefined);
  await connection.close();
  await redis.start();
  await wait(600);
  const other = await createClient({ url: redis.url }).connect();
  await onlyClient(other);
  other.destroy();
});

test("a URL that is not a Redis URL is refused at once, and not shown", () => {
  for (const url of ["localhost:6379", "http://x", "", "redis"]) {
    assert.throws(() => new RedisConnection(url, new FakeClock()), /expected a Redis URL/);
  }
});
