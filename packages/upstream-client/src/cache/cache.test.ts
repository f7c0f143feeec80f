import assert from "node:assert/strict";
import { test } from "node:test";
import type { FailureDetails } from "../errors.ts";
import { failureOf, valueOf } from "../testing/index.ts";
import { makeCall } from "../testing/make-call.ts";
import { CallTrace } from "../trace.ts";
import { cacheUnderTest } from "../testing/cache-under-test.ts";

const SHARED = { operation: { cache: "shared" } } as const;
const PER_USER = { operation: { cache: "perUser" } } as const;
const USER_8 = { caller: { userId: "8" } } as const;
const DAY = "public, max-age=60, stale-while-revalidate=600, stale-if-error=86400";

test("an operation without a cache is never kept", async () => {
  const { answered, below } = cacheUnderTest();
  await answered({}, 1, { "cache-control": "public, max-age=60" });
  await answered({}, 2, { "cache-control": "public, max-age=60" });
  assert.equal(below.calls.length, 2);
});

test("a fresh answer is the same frozen object for everyone, until it expires", async () => {
  const { clock, answered, ask, below, verdicts } = cacheUnderTest();
  const first = valueOf(
    await answered(SHARED, { price: { amount: 1 } }, { "cache-control": "public, max-age=60" }),
  );
  await clock.advanceInTurns(59_999);
  const second = valueOf(await ask({ ...SHARED, ...USER_8 }));
  assert.equal(second, first);
  assert.ok(Object.isFrozen(Object.values(first ?? {})[0]));
  assert.equal(below.calls.length, 1);
  await clock.advanceInTurns(1);
  void ask(SHARED);
  await clock.advanceInTurns(0);
  assert.equal(below.calls.length, 2);
  assert.deepEqual(verdicts(), ["miss", "fresh"]);
});

test("a perUser answer belongs to one user with one authority", async () => {
  const { answered, ask, below, clock } = cacheUnderTest();
  await answered(PER_USER, "of 7", { "cache-control": "private, max-age=60" });
  await answered({ ...PER_USER, ...USER_8 }, "of 8", { "cache-control": "private, max-age=60" });
  assert.equal(valueOf(await ask(PER_USER)), "of 7");
  assert.equal(valueOf(await ask({ ...PER_USER, ...USER_8 })), "of 8");
  void ask({ ...PER_USER, caller: { authority: "orders:read" } });
  await clock.advanceInTurns(0);
  assert.equal(below.calls.length, 3);
});

test("two users never have the same key", async () => {
  const { answered, below } = cacheUnderTest();
  await answered({ ...PER_USER, caller: { userId: "7 /things/1" }, target: "/x" }, 1, {
    "cache-control": "max-age=60",
  });
  await answered({ ...PER_USER, caller: { userId: "7" }, target: "/things/1 /x" }, 2, {
    "cache-control": "max-age=60",
  });
  assert.equal(below.calls.length, 2);
});

for (const [name, headers] of [
  ["private", { "cache-control": "private, max-age=60" }],
  ["no-store", { "cache-control": "no-store" }],
  ["with Set-Cookie", { "cache-control": "public, max-age=60", "set-cookie": "id=7" }],
  ["that varies with the user", { "cache-control": "public, max-age=60", vary: "x-user-id" }],
] as const) {
  test(`an answer ${name} is never given to another user`, async () => {
    const { answered, below } = cacheUnderTest();
    await answered(SHARED, "of 7", headers);
    assert.equal(valueOf(await answered({ ...SHARED, ...USER_8 }, "of 8", headers)), "of 8");
    assert.equal(below.calls.length, 2);
  });
}

test("an answer that must not be kept removes the one that was", async () => {
  const { clock, answered, ask, below } = cacheUnderTest();
  await answered(SHARED, "old", { "cache-control": "public, max-age=60, stale-if-error=600" });
  await clock.advanceInTurns(60_000);
  await answered(SHARED, "new", { "cache-control": "no-store" });
  const outcome = ask(SHARED);
  await clock.advanceInTurns(0);
  below.at(2).fail();
  failureOf(await outcome);
});

test("a 304 uses the parsed object again, and makes it fresh", async () => {
  const { clock, answered, ask, answer, below, verdicts } = cacheUnderTest();
  const first = valueOf(
    await answered(
      SHARED,
      { a: 1 },
      { "cache-control": "max-age=60", etag: 'W/"1"', "last-modified": "Mon, 23 Nov 2026 04:00:00 GMT" },
    ),
  );
  await clock.advanceInTurns(60_000);
  const outcome = ask(SHARED);
  await clock.advanceInTurns(0);
  assert.deepEqual(below.at(1).call.validators, {
    etag: 'W/"1"',
    lastModified: "Mon, 23 Nov 2026 04:00:00 GMT",
  });
  answer(undefined, { "cache-control": "max-age=30" }, 304);
  assert.equal(valueOf(await outcome), first);
  await clock.advanceInTurns(29_000);
  assert.equal(valueOf(await ask(SHARED)), first);
  assert.equal(below.calls.length, 2);
  assert.deepEqual(verdicts(), ["miss", "revalidated", "fresh"]);
});

test("a 304 for another version asks again without a condition", async () => {
  const { clock, answered, ask, answer, below } = cacheUnderTest();
  await answered(SHARED, "old", { "cache-control": "max-age=60", etag: '"1"' });
  await clock.advanceInTurns(60_000);
  const outcome = ask(SHARED);
  await clock.advanceInTurns(0);
  answer(undefined, { etag: '"2"' }, 304);
  await clock.advanceInTurns(0);
  assert.equal(below.at(2).call.validators, undefined);
  answer("new", { "cache-control": "max-age=60", etag: '"2"' });
  assert.equal(valueOf(await outcome), "new");
});

test("stale-while-revalidate answers at once and revalidates once, for the same user, under its own deadline", async () => {
  const { clock, answered, ask, answer, below, verdicts } = cacheUnderTest();
  await answered(SHARED, "old", { "cache-control": DAY });
  await clock.advanceInTurns(61_000);
  const outcomes = await Promise.all([ask(SHARED), ask(SHARED), ask(SHARED)]);
  assert.deepEqual(outcomes.map(valueOf), ["old", "old", "old"]);
  assert.deepEqual(
    outcomes.map((outcome) => outcome.ok && outcome.stale),
    [undefined, undefined, undefined],
  );
  assert.equal(below.calls.length, 2);
  const timers = clock.pending;
  const background = below.at(1).call;
  assert.equal(background.scope.request.caller.userId, "7");
  assert.equal(background.deadline.remainingMs(), 800);
  answer("new", { "cache-control": DAY });
  await clock.advanceInTurns(0);
  assert.equal(clock.pending, timers - 1);
  assert.equal(valueOf(await ask(SHARED)), "new");
  assert.deepEqual(verdicts().slice(1, 5), [
    ...Array.from({ length: 3 }, () => "stale-while-revalidate"),
    "miss",
  ]);
});

test("a background call that hangs ends by its own deadline, and the next one may try", async () => {
  const { clock, answered, ask, below } = cacheUnderTest();
  await answered(SHARED, "old", { "cache-control": DAY });
  await clock.advanceInTurns(61_000);
  valueOf(await ask(SHARED));
  await clock.advanceInTurns(800);
  assert.equal(below.at(1).ended, "deadline");
  valueOf(await ask(SHARED));
  assert.equal(below.calls.length, 3);
});

for (const [name, details] of [
  ["unavailable", { status: 500 }],
  ["unavailable by an open breaker", { phase: undefined }],
  ["timeout", { kind: "timeout" }],
  ["invalid", { kind: "invalid", status: 200 }],
  ["overloaded", { kind: "overloaded", phase: "queue" }],
  ["rejected with 429", { kind: "rejected", status: 429 }],
] as const satisfies readonly [string, Partial<FailureDetails>][]) {
  test(`a stale answer is used when the upstream is ${name}, and says how old it is`, async () => {
    const { clock, answered, ask, below } = cacheUnderTest();
    await answered(SHARED, "old", { "cache-control": "max-age=60, stale-if-error=600", age: "10" });
    await clock.advanceInTurns(90_000);
    const outcome = ask(SHARED);
    await clock.advanceInTurns(0);
    below.at(1).fail(details);
    const ended = await outcome;
    assert.equal(valueOf(ended), "old");
    const kind = "kind" in details ? details.kind : "unavailable";
    assert.deepEqual(ended.ok && ended.stale, { ageSeconds: 100, kind });
  });
}

for (const [name, details, after] of [
  ["the service said that it is gone", { kind: "rejected", status: 404 }, 90_000],
  ["the user may not see it any more", { kind: "rejected", status: 403 }, 90_000],
  ["the client has left", { kind: "abandoned" }, 90_000],
  ["it is too old", { status: 500 }, 660_000],
] as const) {
  test(`no stale answer is used when ${name}`, async () => {
    const { clock, answered, ask, below } = cacheUnderTest();
    await answered(SHARED, "old", { "cache-control": "max-age=60, stale-if-error=600" });
    await clock.advanceInTurns(after);
    const outcome = ask(SHARED);
    await clock.advanceInTurns(0);
    below.at(1).fail(details);
    failureOf(await outcome);
  });
}

test("an answer that the service took back does not reappear when the service fails later", async () => {
  const { clock, answered, ask, below } = cacheUnderTest();
  await answered(SHARED, "old", { "cache-control": "max-age=60, stale-if-error=600" });
  await clock.advanceInTurns(60_000);
  const gone = ask(SHARED);
  await clock.advanceInTurns(0);
  below.at(1).fail({ kind: "rejected", status: 404 });
  failureOf(await gone);
  const broken = ask(SHARED);
  await clock.advanceInTurns(0);
  below.at(2).fail({ status: 500 });
  failureOf(await broken);
});

test("two operations at one URL do not get each other's values", async () => {
  const { answered, below } = cacheUnderTest();
  await answered(SHARED, "as one", { "cache-control": "max-age=60" });
  const other = { operation: { cache: "shared", name: "other" } } as const;
  assert.equal(valueOf(await answered(other, "as other", { "cache-control": "max-age=60" })), "as other");
  assert.equal(below.calls.length, 2);
});

test("memory is bounded by entries and by bytes", async () => {
  const many = cacheUnderTest({ maxEntries: 10 });
  for (let index = 0; index < 50; index += 1)
    await many.answered({ ...SHARED, target: `/${index}` }, index, { "cache-control": "max-age=60" });
  await many.answered({ ...SHARED, target: "/0" }, "again", { "cache-control": "max-age=60" });
  assert.equal(many.below.calls.length, 51);

  const large = cacheUnderTest({ maxBytes: 100_000 });
  await large.answered({ ...SHARED, target: "/large" }, "x".repeat(10_000), {
    "cache-control": "max-age=60",
  });
  await large.answered({ ...SHARED, target: "/large" }, "x".repeat(10_000), {
    "cache-control": "max-age=60",
  });
  assert.equal(large.below.calls.length, 2);
});

test("small objects count with their size in memory, not that of their text", async () => {
  const { answered, below } = cacheUnderTest({ maxBytes: 1_000_000 });
  const hollow = () => Array.from({ length: 3_000 }, () => ({}));
  for (let time = 0; time < 2; time += 1)
    await answered({ ...SHARED, target: "/hollow" }, hollow(), {
      "cache-control": "max-age=60",
    });
  assert.equal(below.calls.length, 2);
});

test("an answer other than a 200 is not kept", async () => {
  const { clock, ask, answer, below } = cacheUnderTest();
  for (let time = 0; time < 2; time += 1) {
    const outcome = ask(SHARED);
    await clock.advanceInTurns(0);
    answer("created", { "cache-control": "max-age=60" }, 201);
    valueOf(await outcome);
  }
  assert.equal(below.calls.length, 2);
});

for (const [control, why] of [
  ["no-store", "no-store"],
  ["private, max-age=60", "private"],
  ["max-age=0", "stale at once"],
  ["max-age=60", undefined],
] as const) {
  test(`a recorded call says why its answer was not kept: ${control}`, async () => {
    const { clock, send, answer } = cacheUnderTest();
    const of = { section: "page", upstream: "things", operation: "getThing", method: "GET" };
    const trace = new CallTrace({ ...of, startedAt: 0 });
    const asked = send({ ...makeCall(clock, SHARED), trace });
    await clock.advanceInTurns(0);
    answer("it", { "cache-control": control });
    valueOf(await asked);
    assert.equal(trace.notKept, why);
  });
}
