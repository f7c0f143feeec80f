import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as nextTurn, setTimeout as wait } from "node:timers/promises";
import { createClient } from "@redis/client";
import { FakeClock, RedisServer, skipWithoutRedis } from "@triptych/testing";
import { RedisSlots } from "./redis-slots.ts";

const options = { skip: skipWithoutRedis() };

async function setup(redis: RedisServer) {
  const clock = new FakeClock();
  const slots = new RedisSlots(redis.url, clock);
  const other = createClient({ url: redis.url, socket: { reconnectStrategy: () => 20 } });
  other.on("error", () => undefined);
  await other.connect();
  await other.hSet("slot", "field", "text");
  /** Reads until Redis answers: the connection is made in the background. */
  const found = async (slot: string): Promise<void> => {
    while ((await slots.get(slot, "field")) !== "text") await wait(5);
  };
  /** Reads once, which Redis does not answer in time. */
  const late = async (): Promise<void> => {
    const reading = slots.get("slot", "field");
    await clock.advanceInTurns(4);
    assert.equal(await reading, undefined);
  };
  await found("slot");
  return {
    clock,
    slots,
    other,
    found,
    late,
    async [Symbol.asyncDispose]() {
      await slots.close();
      other.destroy();
    },
  };
}

test("a read without an answer is given up after 4 ms", options, async () => {
  await using redis = await RedisServer.start();
  await using at = await setup(redis);
  redis.freeze();
  let answered = false;
  const reading = at.slots.get("slot", "field").finally(() => (answered = true));
  await at.clock.advanceInTurns(3.9);
  assert.equal(answered, false);
  await at.clock.advanceInTurns(0.1);
  assert.equal(await reading, undefined);
});

test(
  "after three late reads Redis is left alone for a second, and after each late one then",
  options,
  async () => {
    await using redis = await RedisServer.start();
    await using at = await setup(redis);
    redis.freeze();
    for (let late = 0; late < 3; late += 1) await at.late();
    for (let rest = 0; rest < 2; rest += 1) {
      assert.equal(await at.slots.get("slot", "field"), undefined);
      at.slots.set("slot", "other", "text", 1_000);
      assert.equal(at.clock.pending, 0, "nothing is sent");
      await at.clock.advanceInTurns(1_000);
      await at.late();
    }
  },
);

test("an answer that comes late does not make Redis fast", options, async () => {
  await using redis = await RedisServer.start();
  await using at = await setup(redis);
  for (let late = 0; late < 3; late += 1) {
    redis.freeze();
    await at.late();
    redis.thaw();
    // Redis answers what waits in its sockets, the late read first, and only then this.
    await at.other.ping();
    await wait(20);
  }
  assert.equal(await at.slots.get("slot", "field"), undefined);
  assert.equal(at.clock.pending, 0, "it is left alone");
  await at.clock.advanceInTurns(1_000);
  await at.found("slot");
});

test("a read in time between late ones does", options, async () => {
  await using redis = await RedisServer.start();
  await using at = await setup(redis);
  for (let late = 0; late < 5; late += 1) {
    redis.freeze();
    await at.late();
    redis.thaw();
    await at.found("slot");
  }
});

test(
  "a delete while Redis is away is sent when it is back, and until then the slot is a miss",
  options,
  async () => {
    await using redis = await RedisServer.start();
    await using at = await setup(redis);
    await at.other.hSet("kept", "field", "text");
    await redis.stop();
    while ((await at.slots.get("kept", "field")) !== undefined) await nextTurn();
    at.slots.delete("slot");
    at.slots.delete("slot");
    await redis.start();
    await at.found("kept");
    assert.equal(await at.other.exists("slot"), 1);
    assert.equal(await at.slots.get("slot", "field"), undefined);
    await at.clock.advanceInTurns(500);
    while ((await at.other.exists("slot")) === 1) await wait(5);
    await at.other.hSet("slot", "field", "text");
    await at.found("slot");
    await at.clock.advanceInTurns(5_000);
    assert.equal(await at.other.exists("slot"), 1, "a delete that was confirmed is not sent again");
  },
);

test("a delete that Redis refuses is sent again until it is confirmed", options, async () => {
  await using redis = await RedisServer.start();
  await using at = await setup(redis);
  // A replica refuses writes, and its connections stay.
  await at.other.sendCommand(["REPLICAOF", "127.0.0.1", "1"]);
  at.slots.delete("slot");
  for (let attempt = 0; attempt < 3; attempt += 1) {
    await wait(20);
    assert.equal(await at.slots.get("slot", "field"), undefined);
    await at.clock.advanceInTurns(500);
  }
  await at.other.sendCommand(["REPLICAOF", "NO", "ONE"]);
  while ((await at.other.exists("slot")) === 1) {
    await wait(20);
    await at.clock.advanceInTurns(500);
  }
});

test("when more deletes are lost than can be remembered, older texts are not trusted", options, async () => {
  await using redis = await RedisServer.start();
  await using at = await setup(redis);
  await redis.stop();
  while ((await at.slots.get("slot", "field")) !== undefined) await nextTurn();
  for (let slot = 0; slot < 10_000; slot += 1) at.slots.delete(`slot-${slot}`);
  assert.equal(at.slots.trustedSince, Number.NEGATIVE_INFINITY);
  await at.clock.advanceInTurns(100);
  at.slots.delete("slot-0");
  assert.equal(at.slots.trustedSince, Number.NEGATIVE_INFINITY, "one that is remembered");
  at.slots.delete("one too many");
  assert.equal(at.slots.trustedSince, at.clock.now());
});

test("a closed one reads and sends nothing", options, async () => {
  await using redis = await RedisServer.start();
  const clock = new FakeClock();
  const slots = new RedisSlots(redis.url, clock);
  assert.equal(await slots.get("slot", "field"), undefined);
  await slots.close();
  assert.equal(await slots.get("slot", "field"), undefined);
  slots.set("slot", "field", "text", 1_000);
  slots.delete("slot");
  assert.equal(clock.pending, 0);
});
