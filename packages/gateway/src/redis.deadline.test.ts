import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { createLogger, createMetrics } from "@triptych/service-kit";
import { CapturedLog, FakeClock, RawUpstream, RedisServer, skipWithoutRedis } from "@triptych/testing";
import { Redis } from "./redis.ts";

function connectionTo(url: string) {
  const [clock, log] = [new FakeClock(), new CapturedLog(createLogger)];
  const metrics = createMetrics({ name: "gateway", processMetrics: false });
  const redis = new Redis(url, "a test", { logger: log.logger, clock, metrics });
  const up = async () =>
    /^redis_up\{purpose="a test",.*\} (\d)$/m.exec(await metrics.registry.metrics())?.[1];
  const isReady = async (wanted: boolean): Promise<void> => {
    while (redis.isReady !== wanted) await wait(5);
  };
  return { redis, clock, log, isReady, up, [Symbol.dispose]: () => redis.close() };
}

describe("a command to Redis", { skip: skipWithoutRedis() }, () => {
  it("ends at its deadline, and a later answer to it is nothing", async () => {
    await using server = await RedisServer.start();
    using tested = connectionTo(server.url);
    const { redis, clock } = tested;
    await tested.isReady(true);
    server.freeze();
    const late = redis.run(50, (commands) => commands.set("a", "1"));
    clock.advance(50);
    await assert.rejects(late, /Redis did not answer within 50 ms \(a test\)/);
    server.thaw();
    assert.equal(await redis.run(50, (commands) => commands.get("a")), "1");
    assert.equal(clock.pending, 0, "an answered command leaves no timer");
  });

  it("fails at once while Redis is gone, and one line says so", async () => {
    await using server = await RedisServer.start();
    using tested = connectionTo(server.url);
    await tested.isReady(true);
    assert.equal(await tested.up(), "1");
    await server.stop();
    await tested.isReady(false);
    assert.equal(await tested.up(), "0");
    for (let command = 0; command < 3; command += 1) {
      await assert.rejects(tested.redis.run(50, (commands) => commands.get("a")));
    }
    await tested.log.only("redis is gone");
    await server.start();
    await tested.isReady(true);
    await tested.log.only("redis is back");
  });

  it("goes to a new connection when the old one has been silent for 2 s", async () => {
    await using server = await RedisServer.start();
    using tested = connectionTo(server.url);
    const { redis, clock, log } = tested;
    await tested.isReady(true);
    server.freeze();
    for (let elapsed = 0; elapsed < 2_000; elapsed += 500) {
      assert.ok(redis.isReady, `after ${elapsed} ms it may still be a slow Redis`);
      const unanswered = redis.run(500, (commands) => commands.get("a"));
      clock.advance(500);
      await assert.rejects(unanswered, /did not answer/);
    }
    assert.ok(!redis.isReady);
    await log.only("redis is gone: it answers nothing");
    server.thaw();
    await tested.isReady(true);
    assert.equal(await redis.run(500, (commands) => commands.get("a")), null);
  });

  it("goes to a new connection when the old one leads to a replica, at most every 5 s", async () => {
    await using server = await RedisServer.start();
    using tested = connectionTo(server.url);
    const { redis, clock, log } = tested;
    await tested.isReady(true);
    await redis.run(500, (commands) => commands.sendCommand(["REPLICAOF", "127.0.0.1", "1"]));
    const write = async () => await redis.run(500, (commands) => commands.set("a", "1"));
    clock.advance(4_999);
    await assert.rejects(write(), /READONLY/);
    assert.ok(redis.isReady);
    clock.advance(1);
    await assert.rejects(write(), /READONLY/);
    assert.ok(!redis.isReady);
    await log.only("redis is gone: it is a replica now");
    await tested.isReady(true);
    await assert.rejects(write(), /READONLY/);
    assert.ok(redis.isReady, "the new one too, which is left in peace for a while");
    await redis.run(500, (commands) => commands.sendCommand(["REPLICAOF", "NO", "ONE"]));
    await write();
  });

  it("keeps its connection while other commands are answered", async () => {
    await using server = await RedisServer.start();
    using tested = connectionTo(server.url);
    const { redis, clock, log } = tested;
    await tested.isReady(true);
    for (let elapsed = 0; elapsed < 5_000; elapsed += 500) {
      await redis.run(500, (commands) => commands.get("a"));
      clock.advance(500);
    }
    server.freeze();
    const unanswered = redis.run(500, (commands) => commands.get("a"));
    clock.advance(500);
    await assert.rejects(unanswered, /did not answer/);
    assert.ok(redis.isReady);
    assert.equal(log.raw.length, 0);
  });
});

it("a Redis that never answers the handshake is given up after 2 s, and asked again", async () => {
  await using silent = await RawUpstream.open(() => undefined);
  using tested = connectionTo(`redis://127.0.0.1:${silent.port}`);
  for (const connections of [1, 2, 3]) {
    while (silent.connections < connections || silent.requests.length < connections) await wait(5);
    while (tested.clock.pending === 0) await wait(5);
    tested.clock.advance(2_000);
  }
  await tested.log.only("redis is gone: it answers nothing");
});
