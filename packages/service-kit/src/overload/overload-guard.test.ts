import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeClock } from "@triptych/testing";
import { LEAST_LIMIT } from "./admission-limit.ts";
import { OverloadGuard } from "./overload-guard.ts";
import type { OverloadReport } from "./overload-guard.ts";

function guardOf(clock: FakeClock) {
  const reports: OverloadReport[] = [];
  const guard = new OverloadGuard(clock, (report) => reports.push(report));
  const enter = (count: number) =>
    Array.from({ length: count }, () => guard.tryEnter()).filter((entered) => entered).length;
  return { guard, enter, reports };
}

/** Turns of a loop that takes so long for each: what is due is called late. */
function turns(clock: FakeClock, count: number, ms: number): void {
  for (let turn = 0; turn < count; turn += 1) clock.advance(ms);
}

test("sets no timer while few requests are in flight", () => {
  const clock = new FakeClock();
  const { guard, enter } = guardOf(clock);
  enter(LEAST_LIMIT - 1);
  assert.equal(clock.pending, 0);
  enter(1);
  assert.equal(clock.pending, 1);
  guard.leave();
  turns(clock, 20, 10);
  assert.equal(clock.pending, 0);
});

test("refuses nothing, however many are in flight, while the loop is in time", () => {
  const clock = new FakeClock();
  const { enter, reports } = guardOf(clock);
  enter(5_000);
  turns(clock, 100, 10);
  assert.equal(enter(100), 100);
  assert.deepEqual(reports, []);
});

test("refuses nothing after one long pause", () => {
  const clock = new FakeClock();
  const { enter } = guardOf(clock);
  enter(500);
  turns(clock, 1, 400);
  turns(clock, 20, 10);
  assert.equal(enter(100), 100);
});

test("refuses new requests while every turn of the loop is late, tells how many, and lets them in when that is over", () => {
  const clock = new FakeClock();
  const { guard, enter, reports } = guardOf(clock);
  assert.equal(enter(200), 200);
  turns(clock, 2, 60);
  assert.equal(enter(10), 0);
  for (let left = 0; left < 101; left += 1) guard.leave();
  assert.equal(enter(10), 1);
  turns(clock, 2, 60);
  assert.deepEqual(reports, [{ refused: 19, limit: 64, loopDelayMs: 50 }]);
  for (let left = 0; left < 100; left += 1) guard.leave();
  turns(clock, 300, 10);
  assert.equal(enter(300), 300);
});

test("learns from requests that were let in and found no place at a service", () => {
  for (const wasted of [false, true]) {
    const clock = new FakeClock();
    const { guard, enter } = guardOf(clock);
    enter(200);
    // Turns of 18 ms: the loop is late, but not so late that this alone would be an overload.
    guard.leave(wasted);
    turns(clock, 11, 18);
    assert.equal(enter(1), wasted ? 0 : 1);
  }
});

test("of a thousand that come in one turn it lets in as many as the turn has time for", () => {
  const clock = new FakeClock();
  const { guard } = guardOf(clock);
  let entered = 0;
  for (let came = 0; came < 1_000; came += 1) {
    if (!guard.tryEnter()) continue;
    entered += 1;
    // Nothing else is called meanwhile: the turn goes on.
    clock.pass(1);
  }
  assert.equal(entered, LEAST_LIMIT + LEAST_LIMIT);
  turns(clock, 1, 10);
  assert.equal(guard.tryEnter(), true);
});

test("a few that come after the machine held the process up are let in, however late the look is", () => {
  const clock = new FakeClock();
  const { enter } = guardOf(clock);
  enter(LEAST_LIMIT);
  clock.pass(500);
  assert.equal(enter(LEAST_LIMIT - 1), LEAST_LIMIT - 1);
});
