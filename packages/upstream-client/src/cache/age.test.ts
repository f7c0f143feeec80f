import assert from "node:assert/strict";
import { test } from "node:test";
import { cacheUnderTest } from "../testing/cache-under-test.ts";
import { valueOf } from "../testing/index.ts";

const SHARED = { operation: { cache: "shared" } } as const;

test("the Date of an answer, the time that it took and the time since are its age", async () => {
  const { clock, ask, answer, below } = cacheUnderTest();
  const date = new Date(clock.wallNow() - 3_600_000).toUTCString();
  for (const [headers, leftMs] of [
    [{ "cache-control": "max-age=3630", date }, 29_500],
    [{ "cache-control": "max-age=30" }, 29_500],
  ] as const) {
    const target = { ...SHARED, target: `/${below.calls.length}` };
    const asked = ask(target);
    await clock.advanceInTurns(500);
    answer("it", headers);
    valueOf(await asked);
    const calls = below.calls.length;
    await clock.advanceInTurns(leftMs - 1);
    valueOf(await ask(target));
    assert.equal(below.calls.length, calls, "it is still fresh");
    await clock.advanceInTurns(1);
    void ask(target);
    await clock.advanceInTurns(0);
    assert.equal(below.calls.length, calls + 1);
  }
});

test("a jump of the date neither shortens nor lengthens a life", async () => {
  for (const jump of [25 * 3_600_000, -25 * 3_600_000]) {
    const { clock, answered, ask, below } = cacheUnderTest();
    const date = new Date(clock.wallNow()).toUTCString();
    await answered(SHARED, "it", { "cache-control": "max-age=60", date });
    clock.jumpDate(jump);
    await clock.advanceInTurns(59_999);
    assert.equal(valueOf(await ask(SHARED)), "it");
    clock.jumpDate(-jump);
    await clock.advanceInTurns(1);
    void ask(SHARED);
    await clock.advanceInTurns(0);
    assert.equal(below.calls.length, 2);
  }
});

test("a 304 without Date is not as old as the answer that it confirms", async () => {
  const { clock, answered, ask, answer, below } = cacheUnderTest();
  const date = new Date(clock.wallNow()).toUTCString();
  await answered(SHARED, "it", { "cache-control": "max-age=60", etag: '"1"', date });
  await clock.advanceInTurns(60_000);
  const confirmed = ask(SHARED);
  await clock.advanceInTurns(0);
  answer(undefined, {}, 304);
  valueOf(await confirmed);
  await clock.advanceInTurns(59_000);
  assert.equal(valueOf(await ask(SHARED)), "it");
  assert.equal(below.calls.length, 2);
});
