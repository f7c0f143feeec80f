import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { createClient } from "@redis/client";
import { FakeClock, RawUpstream, RedisServer, skipWithoutRedis } from "@triptych/testing";
import { LateAnswer, RedisConnection } from "./redis-connection.ts";

const options = { skip: skipWithoutRedis() };

async function setup(redis: RedisServer) {
  const clock = new FakeClock();
  const connection = new RedisConnection(redis.url, clock);
  const ready = async (): Promise<void> => {
    while (!connection.isReady) await wait(5);
  };
  await ready();
  return { clock, connection, ready, [Symbol.asyncDispose]: () => connection.close() };
}

/** Waits until Redis has this many connections, with the one that asks. */
async function connections(redis: RedisServer, wanted: number): Promise<void> {
  const other = await createClient({ url: redis.url }).connect();
  for (let look = 0; ; look += 1) {
    const clients = JSON.stringify(await other.sendCommand(["CLIENT", "LIST"]));
    if (clients.match(/id=\d+ addr/g)?.length === wanted) break;
    assert.ok(look < 200, `expected ${wanted} connections: ${clients}`);
    await wait(20);
  }
  other.destroy();
}

test("a command ends at its deadline, and an answer leaves no timer", options, async () => {
  await using redis = await RedisServer.start();
  await using at = await setup(redis);
  assert.equal(await at.connection.run(4, (commands) => commands.get("a")), null);
  assert.equal(at.clock.pending, 0);
  redis.freeze();
  const late = at.connection.run(4, (commands) => commands.get("a"));
  at.clock.advance(4);
  await assert.rejects(late, LateAnswer);
});

test("a connection that has been silent for 2 s is replaced", options, async () => {
  await using redis = await RedisServer.start();
  await using at = await setup(redis);
  redis.freeze();
  for (let elapsed = 0; elapsed < 2_000; elapsed += 500) {
    assert.ok(at.connection.isReady, `after ${elapsed} ms it may still be a slow Redis`);
    const late = at.connection.run(500, (commands) => commands.get("a"));
    at.clock.advance(500);
    await assert.rejects(late, LateAnswer);
  }
  assert.ok(!at.connection.isReady);
  redis.thaw();
  await at.ready();
  assert.equal(await at.connection.run(500, (commands) => commands.get("a")), null);
});

test("a connection that leads to a replica is replaced, at most every 5 s", options, async () => {
  await using redis = await RedisServer.start();
  await using at = await setup(redis);
  const write = async () => await at.connection.run(500, (commands) => commands.del("a"));
  await at.connection.run(500, (commands) => commands.sendCommand(["REPLICAOF", "127.0.0.1", "1"]));
  at.clock.advance(4_999);
  await assert.rejects(write(), /READONLY/);
  assert.ok(at.connection.isReady);
  at.clock.advance(1);
  await assert.rejects(write(), /READONLY/);
  assert.ok(!at.connection.isReady);
  await at.ready();
  await assert.rejects(write(), /READONLY/);
  assert.ok(at.connection.isReady);
  await at.connection.run(500, (commands) => commands.sendCommand(["REPLICAOF", "NO", "ONE"]));
  assert.equal(await write(), 0);
});

test("a Redis that never answers the handshake is given up after 2 s, and asked again", async () => {
  await using silent = await RawUpstream.open(() => undefined);
  const clock = new FakeClock();
  const connection = new RedisConnection(`redis://127.0.0.1:${silent.port}`, clock);
  for (const made of [1, 2, 3]) {
    while (silent.connections < made || clock.pending === 0) await wait(5);
    clock.advance(2_000);
  }
  await connection.close();
});

test("before it is connected and after it is closed, every command is refused at once", options, async () => {
  await using redis = await RedisServer.start();
  const clock = new FakeClock();
  const connection = new RedisConnection(redis.url, clock);
  await assert.rejects(
    connection.run(4, (commands) => commands.get("a")),
    /no connection/,
  );
  await connection.close();
  await assert.rejects(
    connection.run(4, (commands) => commands.get("a")),
    /no connection/,
  );
  assert.equal(clock.pending, 0);
});

test("it connects before anybody asks, so that no request pays for loading the client", options, async () => {
  await using redis = await RedisServer.start();
  const connection = new RedisConnection(redis.url, new FakeClock());
  await connections(redis, 2);
  await connection.close();
});

test("a close while it is still connecting leaves nothing behind", options, async () => {
  await using redis = await RedisServer.start();
  await new RedisConnection(redis.url, new FakeClock()).close();
  await wait(50);
  await connections(redis, 1);
});

test("a close while Redis is down ends the attempts to connect", options, async () => {
  await using redis = await RedisServer.start();
  await redis.stop();
  const connection = new RedisConnection(redis.url, new FakeClock());
  await wait(50);
  await connection.close();
  await redis.start();
  await wait(600);
  await connections(redis, 1);
});

test("a URL that is not a Redis URL is refused at once, and not shown", () => {
  for (const url of ["localhost:6379", "http://x", "", "redis"]) {
    assert.throws(() => new RedisConnection(url, new FakeClock()), /expected a Redis URL/);
  }
});
