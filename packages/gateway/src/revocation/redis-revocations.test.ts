import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { createLogger, secondsOf, systemClock } from "@triptych/service-kit";
import type { Clock } from "@triptych/service-kit";
import { CapturedLog, RawUpstream, RedisServer, skipWithoutRedis } from "@triptych/testing";
import { request } from "undici";
import { Redis } from "../redis.ts";
import type { RedisCommands } from "../redis.ts";
import { PUBLIC_ORIGIN, runGateway } from "../testing/gateway-under-test.ts";
import { redisRevocations } from "./redis-revocations.ts";
import type { Revocation } from "./revocation-list.ts";
import type { Revocations } from "./revocations.ts";

const caller = { kind: "bearer", userId: "42", tokenId: "t-1", issuedAtS: secondsOf(systemClock) } as const;
const STREAM = "gateway:revocations";
const token = (id: string): Revocation => ({ kind: "token", id });

/** Asks until it is so. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const startedAt = performance.now();
  while (!(await holds())) {
    assert.ok(performance.now() - startedAt < 10_000, "it did not happen within 10 s");
    await wait(5);
  }
}

async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  return await Promise.race([promise.then(() => true), wait(0, false)]);
}

/** A gateway's revocations, on the machine's clock with a date that a test moves. */
function gatewayOn(
  url: string,
): Revocations & AsyncDisposable & { log: CapturedLog<unknown>; jumpDate(ms: number): void } {
  let jumpedMs = 0;
  const clock: Clock = { ...systemClock, wallNow: () => Date.now() + jumpedMs };
  const log = new CapturedLog(createLogger);
  const revocations = redisRevocations({ url, logger: log.logger, clock });
  return Object.assign(revocations, {
    log,
    jumpDate: (ms: number) => void (jumpedMs += ms),
    [Symbol.asyncDispose]: () => revocations.close(),
  });
}

/** Sends commands to Redis as an operator would. */
async function operate<Reply>(
  url: string,
  command: (redis: RedisCommands) => Promise<Reply>,
): Promise<Reply> {
  const redis = new Redis(url, "a test", {
    logger: new CapturedLog(createLogger).logger,
    clock: systemClock,
  });
  await until(() => redis.isReady);
  try {
    return await redis.run(5_000, command);
  } finally {
    redis.close();
  }
}

const knows =
  (gateway: Revocations, ...ids: string[]) =>
  () =>
    ids.every((tokenId) => gateway.reasonFor({ ...caller, tokenId }) === "token");

describe("gateways on one Redis", { skip: skipWithoutRedis() }, () => {
  it("know each other's revocations within a second, and a third that starts later knows them when it is ready", async () => {
    await using redis = await RedisServer.start();
    await using one = gatewayOn(redis.url);
    await using other = gatewayOn(redis.url);
    await Promise.all([one.known, other.known]);
    // The machine may be busy with other things in one try, never in all.
    const tookMs: number[] = [];
    for (const id of ["t-1", "t-2", "t-3"]) {
      const startedAt = performance.now();
      assert.equal(await one.revoke(token(id)), "everywhere");
      await until(knows(other, id));
      tookMs.push(performance.now() - startedAt);
    }
    assert.ok(Math.min(...tookMs) < 1_000, `it took ${tookMs.join(", ")} ms`);
    await one.revoke({ kind: "user", id: "43", untilS: 5 });
    await one.revoke({ kind: "api-key", id: "acme" });
    await until(() => other.state.apiKeys === 1 && other.state.users === 1);
    await using third = gatewayOn(redis.url);
    await third.known;
    const { tokens, users, apiKeys, since } = third.state;
    assert.deepEqual([tokens, users, apiKeys], [3, 1, 1]);
    assert.equal(since, one.state.since, "it knows as much of the past");
    const another = { ...caller, tokenId: "other", issuedAtS: secondsOf(systemClock) };
    assert.equal(third.reasonFor(another), undefined);
  });

  it("read more than one page of the past, and of the news", async () => {
    await using redis = await RedisServer.start();
    await using one = gatewayOn(redis.url);
    await one.known;
    const ids = Array.from({ length: 2_500 }, (_, index) => `t-${index}`);
    await Promise.all(ids.map((id) => one.revoke(token(id))));
    await until(() => one.state.unpublished === 0);
    await using late = gatewayOn(redis.url);
    await late.known;
    assert.equal(late.state.tokens, 2_500);
    redis.freeze();
    await Promise.all(ids.map((id) => one.revoke(token(`${id}-more`))));
    redis.thaw();
    await until(() => late.state.tokens === 5_000);
  });

  const outages: [
    name: string,
    begin: (redis: RedisServer) => Promise<unknown> | void,
    end: (redis: RedisServer) => Promise<unknown> | void,
  ][] = [
    ["is gone", (redis) => redis.stop(), (redis) => redis.start()],
    ["is stuck", (redis) => redis.freeze(), (redis) => redis.thaw()],
    [
      "is full",
      ({ url }) =>
        operate(url, (redis) => redis.configSet({ maxmemory: "1", "maxmemory-policy": "noeviction" })),
      ({ url }) => operate(url, (redis) => redis.configSet("maxmemory", "0")),
    ],
  ];
  for (const [name, begin, end] of outages) {
    it(`keep what they know while it ${name}, say within a second how far a revocation got, and repeat it until it got there`, async () => {
      await using redis = await RedisServer.start();
      await using one = gatewayOn(redis.url);
      await using other = gatewayOn(redis.url);
      await Promise.all([one.known, other.known]);
      await one.revoke(token("t-1"));
      await until(knows(other, "t-1"));
      await begin(redis);
      for (const id of ["t-2", "t-3"]) {
        const startedAt = performance.now();
        assert.equal(await one.revoke(token(id)), "here");
        assert.ok(performance.now() - startedAt < 1_000);
        assert.ok(knows(one, id)(), "it holds where it was asked for");
      }
      assert.ok(knows(other, "t-1")());
      assert.equal(one.state.unpublished, 2);
      await end(redis);
      await until(knows(other, "t-2", "t-3"));
      // The other may have read them before Redis told this one that they were written.
      await until(() => one.state.unpublished === 0);
      assert.equal(await one.revoke(token("t-4")), "everywhere");
    });
  }

  it("are not ready while Redis is gone, and know the past as soon as it is there", async () => {
    await using redis = await RedisServer.start();
    await using before = gatewayOn(redis.url);
    await before.known;
    await before.revoke(token("t-1"));
    await redis.stop();
    await using late = gatewayOn(redis.url);
    assert.equal(await isSettled(late.known), false);
    // A setting may let it run like this: then what was issued before its start is refused.
    assert.equal(late.reasonFor({ ...caller, issuedAtS: caller.issuedAtS - 60 }), "unknown-past");
    await redis.start();
    await late.known;
    assert.ok(knows(late, "t-1")());
  });

  it("are not ready while Redis is frozen or silent", async () => {
    await using redis = await RedisServer.start();
    redis.freeze();
    await using silent = await RawUpstream.open(() => undefined);
    await using frozen = gatewayOn(redis.url);
    await using unanswered = gatewayOn(`redis://127.0.0.1:${silent.port}`);
    await wait(1_500);
    assert.deepEqual([await isSettled(frozen.known), await isSettled(unanswered.known)], [false, false]);
    redis.thaw();
    await frozen.known;
  });

  it("write again what Redis lost, for those that start later", async () => {
    await using redis = await RedisServer.start();
    await using one = gatewayOn(redis.url);
    await using other = gatewayOn(redis.url);
    await Promise.all([one.known, other.known]);
    await one.revoke(token("t-1"));
    await one.revoke({ kind: "api-key", id: "acme" });
    await until(knows(other, "t-1"));
    await operate(redis.url, (commands) => commands.flushAll());
    await using late = gatewayOn(redis.url);
    await late.known;
    assert.ok(knows(late, "t-1")());
    assert.equal(late.state.apiKeys, 1);
    assert.equal(late.state.since, one.state.since);
  });

  it("write again what a part of Redis' data lost, once they are connected again", async () => {
    await using redis = await RedisServer.start();
    await using one = gatewayOn(redis.url);
    await one.known;
    for (const id of ["t-1", "t-2", "t-3"]) await one.revoke(token(id));
    const [, second] = (await operate(redis.url, (commands) => commands.xRange(STREAM, "-", "+"))) ?? [];
    await operate(redis.url, (commands) => commands.xDel(STREAM, second?.id ?? ""));
    await redis.stop();
    await redis.start();
    await until(async () => {
      await using late = gatewayOn(redis.url);
      await late.known;
      return knows(late, "t-1", "t-2", "t-3")();
    });
  });

  it("refuse what was issued before, when Redis lost everything and nobody can teach them", async () => {
    await using redis = await RedisServer.start();
    const before = gatewayOn(redis.url);
    await before.known;
    await before.revoke(token("t-1"));
    await before.close();
    await operate(redis.url, (commands) => commands.flushAll());
    await using after = gatewayOn(redis.url);
    await after.known;
    assert.equal(after.reasonFor({ ...caller, issuedAtS: caller.issuedAtS - 60 }), "unknown-past");
    assert.equal(after.reasonFor({ ...caller, issuedAtS: secondsOf(systemClock) }), undefined);
    // And one that knows more, back after a broken network, lets the others accept it again.
    await operate(redis.url, (commands) =>
      commands.set("gateway:revocations-since", String(caller.issuedAtS - 3_600)),
    );
    await until(() => after.reasonFor({ ...caller, issuedAtS: caller.issuedAtS - 60 }) === undefined);
  });

  it("see what is new when the stream's ids go backwards", async () => {
    await using redis = await RedisServer.start();
    await using one = gatewayOn(redis.url);
    await using other = gatewayOn(redis.url);
    await Promise.all([one.known, other.known]);
    const message = { revocation: JSON.stringify(token("t-1")) };
    await operate(redis.url, (commands) => commands.xAdd(STREAM, "99999999999999-0", message));
    await until(() => knows(one, "t-1")() && knows(other, "t-1")());
    await operate(redis.url, (commands) => commands.del(STREAM));
    assert.equal(await one.revoke(token("t-2")), "everywhere");
    await until(knows(other, "t-1", "t-2"));
  });

  it("forget nothing when a gateway's date, or Redis' own, is a day ahead for a moment", async () => {
    await using redis = await RedisServer.start();
    await using one = gatewayOn(redis.url);
    await using other = gatewayOn(redis.url);
    await Promise.all([one.known, other.known]);
    await one.revoke(token("t-1"));
    one.jumpDate(25 * 3_600_000);
    await one.revoke(token("t-2"));
    one.jumpDate(-25 * 3_600_000);
    await one.revoke(token("t-3"));
    const message = { revocation: JSON.stringify(token("t-4")) };
    await operate(redis.url, (commands) => commands.xAdd(STREAM, `${Date.now() + 90_000_000}-0`, message));
    await one.revoke(token("t-5"));
    await until(knows(other, "t-1", "t-2", "t-3", "t-4", "t-5"));
    await until(async () => {
      await using late = gatewayOn(redis.url);
      await late.known;
      return knows(late, "t-1", "t-2", "t-3", "t-4", "t-5")();
    });
  });

  it("publish at the end of a drain, and log what cannot be read", async () => {
    await using redis = await RedisServer.start();
    await using other = gatewayOn(redis.url);
    await other.known;
    const one = gatewayOn(redis.url);
    await one.known;
    void one.revoke(token("t-1"));
    await one.close();
    await until(knows(other, "t-1"));
    await operate(redis.url, (commands) => commands.xAdd(STREAM, "*", { revocation: "{" }));
    await other.log.only("a revocation cannot be read");
  });
});

describe("while Redis is stuck", { skip: skipWithoutRedis() }, () => {
  it("a logout ends the session here at once, and the admin's answer says how far it got", async () => {
    await using redis = await RedisServer.start();
    const revocations = gatewayOn(redis.url);
    await revocations.known;
    await using gateway = await runGateway({ revocations, clock: systemClock });
    const [session, bearer] = [await gateway.session(), await gateway.bearer()];
    redis.freeze();
    const startedAt = performance.now();
    const out = await gateway.send("/auth/logout", {
      method: "POST",
      headers: { ...session, Origin: PUBLIC_ORIGIN },
    });
    assert.deepEqual([out.status, out.headers["location"]], [303, "/auth/logged-out"]);
    assert.match(String(out.headers["set-cookie"]), /^__Host-session=; .*Max-Age=0/);
    const answer = await request(`http://127.0.0.1:${gateway.adminPort}/revocations`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: '{"kind":"token","id":"token-1"}',
    });
    assert.ok(performance.now() - startedAt < 2_000, "within a second each");
    assert.equal(answer.statusCode, 202);
    const body: unknown = await answer.body.json();
    assert.ok(typeof body === "object" && body !== null && "inEffect" in body);
    assert.equal(body.inEffect, "here");
    for (const headers of [session, bearer]) {
      assert.equal((await gateway.send("/web/home-page", { headers })).status, 401);
    }
    redis.thaw();
    await using other = gatewayOn(redis.url);
    await until(knows(other, "token-1"));
    await until(() => other.state.tokens === 2);
  });
});
