import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeClock } from "@triptych/testing";
import { bulkhead } from "./bulkhead.ts";
import type { BulkheadOptions } from "./bulkhead.ts";
import type { QueueWaitEvent } from "../events.ts";
import { Telemetry } from "../events.ts";
import { ScriptedSend, failureOf, makeCall, promised, valueOf } from "../testing/index.ts";

function setup(options: BulkheadOptions = {}) {
  const clock = new FakeClock();
  const below = new ScriptedSend();
  const waits: QueueWaitEvent[] = [];
  const telemetry = new Telemetry({ queueWait: (event) => waits.push(event) });
  const send = promised(bulkhead(options, { upstream: "things", clock, telemetry })(below.send));
  const sendMany = (count: number) => Array.from({ length: count }, () => send(makeCall(clock)));
  return { clock, below, send, sendMany, waits };
}

test("64 calls are in flight, 32 wait, the next is overloaded at once", async () => {
  const { clock, below, send, sendMany } = setup();
  void sendMany(96);
  assert.equal(below.inFlight, 64);
  const error = failureOf(await send(makeCall(clock)));
  assert.deepEqual([error.kind, error.phase], ["overloaded", "queue"]);
  assert.match(error.message, /64 calls in flight and 32 waiting/);
});

test("a waiter is overloaded after 25 ms", async () => {
  const { clock, sendMany, send, waits } = setup({ maxInFlight: 1 });
  void sendMany(1);
  const waiting = send(makeCall(clock));
  await clock.advanceInTurns(24);
  assert.equal(waits.length, 0);
  await clock.advanceInTurns(1);
  assert.equal(failureOf(await waiting).kind, "overloaded");
  assert.deepEqual(waits, [
    { upstream: "things", operation: "getThing", result: "overloaded", waitedMs: 25 },
  ]);
});

test("slots go to the waiters in the order of asking", async () => {
  const { clock, below, send, waits } = setup({ maxInFlight: 1 });
  const outcomes = ["/a", "/b", "/c"].map((target) => send(makeCall(clock, { target })));
  await clock.advanceInTurns(10);
  below.at(0).succeed("a");
  await clock.advanceInTurns(5);
  below.at(1).succeed("b");
  await clock.advanceInTurns(0);
  below.at(2).succeed("c");
  assert.deepEqual((await Promise.all(outcomes)).map(valueOf), ["a", "b", "c"]);
  assert.deepEqual(
    below.calls.map(({ call }) => call.target),
    ["/a", "/b", "/c"],
  );
  assert.deepEqual(
    waits.map(({ result, waitedMs }) => [result, waitedMs]),
    [
      ["admitted", 10],
      ["admitted", 15],
    ],
  );
});

test("failures free their slots too", async () => {
  const { clock, below, sendMany } = setup({ maxInFlight: 2 });
  const outcomes = sendMany(4);
  below.at(0).fail();
  below.at(1).fail({ kind: "timeout" });
  await clock.advanceInTurns(0);
  assert.equal(below.inFlight, 2);
  below.at(2).fail();
  below.at(3).fail();
  await Promise.all(outcomes);
  void sendMany(3);
  assert.equal(below.inFlight, 2);
});

for (const cause of ["abandoned", "deadline"] as const) {
  test(`a waiter whose request ends (${cause}) leaves the queue at once and is never sent`, async () => {
    const { clock, below, send, sendMany, waits } = setup({ maxInFlight: 1, maxQueued: 1 });
    const [first] = sendMany(1);
    const call = makeCall(clock);
    const waiting = send(call);
    call.deadline.end(cause);
    const error = failureOf(await waiting);
    assert.deepEqual([error.kind, error.phase], [cause === "deadline" ? "timeout" : "abandoned", "queue"]);
    assert.equal(waits[0]?.result, "ended");
    const next = send(makeCall(clock));
    below.at(0).succeed("first");
    await first;
    await clock.advanceInTurns(0);
    below.at(1).succeed("next");
    assert.equal(valueOf(await next), "next");
    assert.equal(below.calls.length, 2);
  });
}

test("a call whose request has already ended does not wait", async () => {
  const { clock, send, sendMany } = setup({ maxInFlight: 1 });
  void sendMany(1);
  const call = makeCall(clock);
  call.deadline.end("abandoned");
  assert.equal(failureOf(await send(call)).kind, "abandoned");
});

test("no slot is ever lost or added", async () => {
  const { clock, below, send } = setup({ maxInFlight: 3, maxQueued: 2 });
  for (let round = 0; round < 200; round += 1) {
    const calls = Array.from({ length: 1 + (round % 7) }, () => makeCall(clock));
    const outcomes = calls.map((call) => send(call));
    assert.ok(below.inFlight <= 3);
    if (round % 3 === 0) calls.at(-1)?.deadline.end("abandoned");
    if (round % 5 === 0) await clock.advanceInTurns(26);
    await clock.advanceInTurns(0);
    for (const pending of below.calls) if (!pending.settled) pending.succeed(round);
    await clock.advanceInTurns(0);
    for (const pending of below.calls) if (!pending.settled) pending.fail();
    await Promise.all(outcomes);
    assert.equal(below.inFlight, 0);
  }
});
