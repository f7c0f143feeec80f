import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeClock } from "@triptych/testing";
import { Admission, FIRST_PER_TURN, LEAST_WAITING } from "./admission.ts";
import type { OverloadReport, Verdicts } from "./admission.ts";

/**
 * A process whose requests take so many ms of its time: half of it when they start, and half in
 * the next turn, in which they end.
 */
function processOf(requestMs: number, refusalMs = requestMs / 20) {
  const clock = new FakeClock();
  const reports: OverloadReport[] = [];
  const seen = { started: 0, refused: 0, answered: 0, longestWaitMs: 0, latestRefusalMs: 0 };
  let ending = 0;
  let endTurn: (() => void) | undefined;
  const verdicts: Verdicts<number> = {
    start(arrivedAt) {
      clock.pass(requestMs / 2);
      seen.started += 1;
      seen.longestWaitMs = Math.max(seen.longestWaitMs, clock.now() - arrivedAt);
    },
    refuse(arrivedAt) {
      clock.pass(refusalMs);
      seen.refused += 1;
      seen.latestRefusalMs = Math.max(seen.latestRefusalMs, clock.now() - arrivedAt);
    },
    report: (report) => void reports.push(report),
  };
  const admission = new Admission(clock, verdicts, (call) => (endTurn = call));
  return {
    clock,
    seen,
    reports,
    arrive: (count: number) => {
      for (let came = 0; came < count; came += 1) admission.admit(clock.now());
    },
    /** One turn of the loop: what was started before ends, then the turn. */
    turn(idleMs = 0) {
      clock.pass(ending * (requestMs / 2) + idleMs);
      seen.answered += ending;
      ending = seen.started - seen.answered;
      const end = endTurn;
      endTurn = undefined;
      end?.();
      clock.advance(0);
    },
  };
}

/** Turns with a rate of arrivals per ms: those of a turn are read, at once, in the next. */
function load(process: ReturnType<typeof processOf>, perMs: number, forMs: number): void {
  const { clock } = process;
  const end = clock.now() + forMs;
  let readUntil = clock.now();
  let fraction = 0;
  while (clock.now() < end) {
    fraction += (clock.now() - readUntil) * perMs;
    readUntil = clock.now();
    const count = Math.floor(fraction);
    fraction -= count;
    process.arrive(count);
    process.turn(0.1);
  }
}

test("refuses nothing, and delays nothing for long, while the loop has time", () => {
  const process = processOf(0.1);
  load(process, 2, 2_000);
  assert.equal(process.seen.refused, 0);
  assert.ok(process.seen.longestWaitMs < 10, `${process.seen.longestWaitMs} ms`);
});

test("a burst that takes less than 100 ms is answered whole", () => {
  const process = processOf(1);
  process.arrive(80);
  for (let turns = 0; turns < 100; turns += 1) process.turn(0.1);
  assert.deepEqual([process.seen.refused, process.seen.answered], [0, 80]);
});

test("of a thousand that come in one turn it starts as many as fit in a turn, and refuses in the next what would wait too long", () => {
  const process = processOf(1);
  process.arrive(1_000);
  assert.equal(process.seen.started, FIRST_PER_TURN);
  for (let turns = 0; turns < 200; turns += 1) process.turn(0.1);
  assert.equal(process.seen.answered + process.seen.refused, 1_000);
  assert.ok(process.seen.answered >= 80, `${process.seen.answered} answered`);
  assert.ok(process.seen.longestWaitMs < 300, `${process.seen.longestWaitMs} ms`);
});

for (const requestMs of [0.3, 1, 2]) {
  test(`at five times what it can do it answers as much as it can, and refuses at once (${requestMs} ms a request)`, () => {
    const process = processOf(requestMs);
    load(process, 1 / requestMs / 4, 1_000);
    const before = { ...process.seen };
    load(process, 5 / requestMs, 5_000);
    const { answered, refused, latestRefusalMs, longestWaitMs } = process.seen;
    assert.equal(before.refused, 0);
    // Four refusals cost a fifth of a page each: (1 - 5x) / (1 - x) with x = 1/20.
    const share = (answered - before.answered) / (5_000 / requestMs);
    assert.ok(share > 0.75, `goodput ${share}`);
    assert.ok(refused > 0);
    assert.ok(latestRefusalMs < 40, `a refusal took ${latestRefusalMs} ms`);
    assert.ok(longestWaitMs < 300, `a request waited ${longestWaitMs} ms`);
  });
}

test("is as before when the overload is over", () => {
  const process = processOf(1);
  load(process, 5, 2_000);
  const { refused } = process.seen;
  load(process, 0.5, 1_000);
  process.seen.longestWaitMs = 0;
  load(process, 0.5, 1_000);
  assert.ok(process.seen.longestWaitMs < 20, `${process.seen.longestWaitMs} ms`);
  assert.ok(process.seen.refused - refused < 100);
});

test("a few that come after the machine held the process up are answered, however long that was", () => {
  const process = processOf(1);
  load(process, 2, 500);
  const { refused } = process.seen;
  for (let turns = 0; turns < 400; turns += 1) process.turn(0.1);
  process.arrive(FIRST_PER_TURN);
  process.turn(2_000);
  process.arrive(LEAST_WAITING - FIRST_PER_TURN);
  for (let turns = 0; turns < 400; turns += 1) process.turn(0.1);
  assert.equal(process.seen.refused, refused);
});

test("tells once a second how many it refused", () => {
  const process = processOf(1);
  load(process, 5, 3_500);
  process.clock.advance(1_000);
  assert.equal(process.reports.length, 4);
  const told = process.reports.reduce((sum, { refused }) => sum + refused, 0);
  assert.equal(told, process.seen.refused);
  assert.ok(process.reports.every(({ limit }) => limit >= LEAST_WAITING));
});
