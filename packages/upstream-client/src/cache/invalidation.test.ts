import assert from "node:assert/strict";
import { test } from "node:test";
import type { FailureDetails } from "../errors.ts";
import { cacheUnderTest } from "../testing/cache-under-test.ts";
import { failureOf, valueOf } from "../testing/index.ts";

const SHARED = { operation: { cache: "shared" } } as const;
const PER_USER = { operation: { cache: "perUser" } } as const;
const POST = { operation: { method: "POST" } } as const;
const MINUTE = { "cache-control": "max-age=60, stale-if-error=600" };

type Cache = ReturnType<typeof cacheUnderTest>;

async function reachesUpstream(
  { clock, ask, below }: Cache,
  how: Parameters<Cache["ask"]>[0],
): Promise<boolean> {
  const before = below.calls.length;
  void ask(how);
  await clock.advanceInTurns(0);
  return below.calls.length > before;
}

test("a successful POST removes the entries of its URL, of all authorities of its user", async () => {
  const cache = cacheUnderTest();
  const { answered, below, ask } = cache;
  const app = { ...PER_USER, caller: { authority: "orders:read" } };
  const other = { ...PER_USER, caller: { userId: "8" } };
  for (const how of [PER_USER, app, other, { ...PER_USER, target: "/else" }])
    await answered(how, "old", MINUTE);
  for (const how of [PER_USER, app, other]) assert.ok(!(await reachesUpstream(cache, how)));

  const post = ask({ ...POST, caller: { authority: "orders:write" } });
  below.at(4).succeed("done");
  valueOf(await post);
  assert.ok(await reachesUpstream(cache, PER_USER));
  assert.ok(await reachesUpstream(cache, app));
  assert.ok(!(await reachesUpstream(cache, other)), "another user's entry is theirs");
  assert.ok(!(await reachesUpstream(cache, { ...PER_USER, target: "/else" })));
});

test("a GET that was sent before a POST succeeded is answered but not kept", async () => {
  const cache = cacheUnderTest();
  const { clock, below, ask, answer } = cache;
  const get = ask(SHARED);
  await clock.advanceInTurns(0);
  const post = ask(POST);
  below.at(1).succeed("done");
  valueOf(await post);
  below.at(0).succeed(1, { status: 200, headers: MINUTE, body: Buffer.from("1") });
  assert.equal(valueOf(await get), 1);

  const after = ask(SHARED);
  await clock.advanceInTurns(0);
  assert.equal(below.calls.length, 3);
  answer(2, MINUTE);
  assert.equal(valueOf(await after), 2);
  assert.equal(valueOf(await ask(SHARED)), 2);
  assert.equal(below.calls.length, 3, "what was asked after it is kept");
});

test("what a POST removed replaces no failed GET that had found it before", async () => {
  const { clock, answered, ask, below } = cacheUnderTest();
  await answered(SHARED, "old", MINUTE);
  await clock.advanceInTurns(60_000);
  const get = ask(SHARED);
  await clock.advanceInTurns(0);
  const post = ask(POST);
  below.at(2).succeed("done");
  valueOf(await post);
  below.at(1).fail({ status: 500 });
  failureOf(await get);
});

for (const [name, details, removes] of [
  ["has no answer in time", { kind: "timeout", phase: "headers" }, true],
  ["was cut off", { phase: "headers" }, true],
  ["fails with 503", { phase: "headers", status: 503 }, true],
  ["breaks the contract with its answer", { kind: "invalid", phase: "body", status: 200 }, true],
  ["was abandoned while it was answered", { kind: "abandoned", phase: "headers" }, true],
  ["is refused with 409", { kind: "rejected", phase: "headers", status: 409 }, false],
  ["finds no connection", { phase: "connect" }, false],
  ["finds no free slot", { kind: "overloaded", phase: "queue" }, false],
  ["finds an open breaker", { phase: undefined }, false],
] as const satisfies readonly [string, Partial<FailureDetails>, boolean][]) {
  test(`a PUT that ${name} ${removes ? "may have changed something: its URL's entry goes" : "changed nothing"}`, async () => {
    const cache = cacheUnderTest();
    await cache.answered(SHARED, "old", MINUTE);
    const put = cache.ask({ operation: { method: "PUT" } });
    cache.below.at(1).fail(details);
    failureOf(await put);
    assert.equal(await reachesUpstream(cache, SHARED), removes);
  });
}
