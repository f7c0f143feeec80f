import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeClock } from "@triptych/testing";
import type { HedgeEvent } from "../events.ts";
import { hedge } from "./hedge.ts";
import type { HedgeOptions } from "./hedge.ts";
import { RetryBudget } from "./retry-budget.ts";
import { Telemetry } from "../events.ts";
import { ScriptedSend, failureOf, makeCall, promised, valueOf } from "../testing/index.ts";

const HEDGED = { operation: { hedge: true } } as const;

/** An upstream whose calls took 10 ms each so far: its 95th percentile is between 10 and 11 ms. */
async function setup({ options = {}, seen = 100 }: { options?: HedgeOptions | false; seen?: number } = {}) {
  const clock = new FakeClock();
  const below = new ScriptedSend();
  const budget = new RetryBudget(clock, { perCall: 0.1, perSecond: 1 });
  const events: HedgeEvent[] = [];
  const telemetry = new Telemetry({ hedge: (event) => events.push(event) });
  const send = promised(hedge(options, { clock, budget, telemetry })(below.send));
  const warmUp = Array.from({ length: seen }, () => send(makeCall(clock, HEDGED)));
  await clock.advanceInTurns(10);
  for (const pending of below.calls) pending.succeed("warm");
  await Promise.all(warmUp);
  below.calls.length = 0;
  return { clock, below, budget, events, send };
}

test("a call slower than the 95th percentile gets a second attempt, and the first good answer wins", async () => {
  const { clock, below, send, events, budget } = await setup();
  const before = budget.balance;
  const outcome = send(makeCall(clock, HEDGED));
  await clock.advanceInTurns(9);
  assert.equal(below.calls.length, 1);
  await clock.advanceInTurns(3);
  assert.equal(below.calls.length, 2);
  assert.equal(budget.balance, before - 1);
  below.at(1).succeed("second");
  assert.equal(valueOf(await outcome), "second");
  assert.equal(below.at(0).ended, "abandoned");
  assert.deepEqual(
    events.map(({ decision }) => decision),
    ["started", "won"],
  );
  assert.equal(below.at(1).call.mayRetry, false);
});

test("the first attempt may still win, and the second is then aborted", async () => {
  const { clock, below, send, events } = await setup();
  const outcome = send(makeCall(clock, HEDGED));
  await clock.advanceInTurns(20);
  below.at(0).succeed("first");
  assert.equal(valueOf(await outcome), "first");
  assert.equal(below.at(1).ended, "abandoned");
  assert.deepEqual(
    events.map(({ decision }) => decision),
    ["started"],
  );
});

test("a call that answers in time is not hedged and leaves no timer", async () => {
  const { clock, below, send } = await setup();
  const call = makeCall(clock, HEDGED);
  const outcome = send(call);
  below.at(0).succeed("quick");
  valueOf(await outcome);
  call.deadline.dispose();
  await clock.advanceInTurns(100);
  assert.equal(below.calls.length, 1);
});

test("after a failure of one attempt, the other may still answer", async () => {
  const { clock, below, send } = await setup();
  const outcome = send(makeCall(clock, HEDGED));
  await clock.advanceInTurns(20);
  below.at(0).fail({ status: 503 });
  below.at(1).succeed("second");
  assert.equal(valueOf(await outcome), "second");
});

test("when both fail, the call has the first attempt's failure", async () => {
  const { clock, below, send } = await setup();
  const outcome = send(makeCall(clock, HEDGED));
  await clock.advanceInTurns(20);
  below.at(1).fail({ status: 503 });
  below.at(0).fail({ status: 500 });
  assert.equal(failureOf(await outcome).status, 500);
});

test("a failure before the second attempt ends the call", async () => {
  const { clock, below, send } = await setup();
  const outcome = send(makeCall(clock, HEDGED));
  below.at(0).fail({ status: 503 });
  failureOf(await outcome);
  await clock.advanceInTurns(50);
  assert.equal(below.calls.length, 1);
});

test("a 4xx is an answer, and the other attempt is aborted", async () => {
  const { clock, below, send } = await setup();
  const outcome = send(makeCall(clock, HEDGED));
  await clock.advanceInTurns(20);
  below.at(1).fail({ kind: "rejected", status: 404 });
  assert.equal(failureOf(await outcome).status, 404);
  assert.equal(below.at(0).ended, "abandoned");
});

test("the end of the call ends both", async () => {
  const { clock, below, send } = await setup();
  const outcome = send(makeCall(clock, { ...HEDGED, deadlineMs: 100 }));
  await clock.advanceInTurns(100);
  assert.equal(failureOf(await outcome).kind, "timeout");
  assert.deepEqual([below.at(0).ended, below.at(1).ended], ["deadline", "deadline"]);
});

for (const [name, how] of [
  ["an operation that does not declare it", {}],
  ["a POST", { operation: { hedge: true, method: "POST" } }],
] as const) {
  test(`${name} is never hedged`, async () => {
    const { clock, below, send } = await setup();
    void send(makeCall(clock, how));
    await clock.advanceInTurns(500);
    assert.equal(below.calls.length, 1);
  });
}

test("nothing is hedged before there is an estimate", async () => {
  const { clock, below, send } = await setup({ seen: 20 });
  void send(makeCall(clock, HEDGED));
  await clock.advanceInTurns(500);
  assert.equal(below.calls.length, 1);
});

for (const phase of ["queue", "backoff"] as const) {
  test(`a call that waits (${phase}) is not hedged`, async () => {
    const { clock, below, send } = await setup();
    void send(makeCall(clock, HEDGED));
    below.at(0).call.progress.phase = phase;
    await clock.advanceInTurns(500);
    assert.equal(below.calls.length, 1);
  });
}

test("at most 5% of the calls are hedged, from the first call on", async () => {
  const { clock, below, send, events } = await setup({ seen: 100 });
  for (let made = 0; made < 900; made += 1) {
    const outcome = send(makeCall(clock, HEDGED));
    await clock.advanceInTurns(made % 2 === 0 ? 12 : 5);
    for (const pending of below.calls.splice(0)) if (!pending.settled) pending.succeed("answer");
    await outcome;
  }
  const started = events.filter(({ decision }) => decision === "started").length;
  assert.ok(started > 0 && started <= 50, `${started} of 1000`);
  assert.ok(events.some(({ decision }) => decision === "limit-reached"));
});

test("an exhausted retry budget allows no hedge", async () => {
  const { clock, below, send, budget, events } = await setup();
  while (budget.tryWithdraw());
  void send(makeCall(clock, HEDGED));
  await clock.advanceInTurns(20);
  assert.equal(below.calls.length, 1);
  assert.equal(events[0]?.decision, "budget-exhausted");
});

test("when all calls become slow, hedging stops by itself", async () => {
  const { clock, below, send, events } = await setup({ options: { maxShare: 1 } });
  for (let made = 0; made < 60; made += 1) {
    const outcome = send(makeCall(clock, HEDGED));
    await clock.advanceInTurns(400);
    for (const pending of below.calls.splice(0)) if (!pending.settled) pending.succeed("slow");
    await outcome;
  }
  const before = events.length;
  for (let made = 0; made < 20; made += 1) {
    const outcome = send(makeCall(clock, HEDGED));
    await clock.advanceInTurns(400);
    for (const pending of below.calls.splice(0)) if (!pending.settled) pending.succeed("slow");
    await outcome;
  }
  assert.equal(events.length, before);
});

test("the time of a losing attempt counts, so hedging does not hide slow calls from its estimate", async () => {
  const { clock, below, send, events } = await setup({ options: { maxShare: 1 }, seen: 60 });
  for (let made = 0; made < 10; made += 1) {
    const outcome = send(makeCall(clock, HEDGED));
    await clock.advanceInTurns(100);
    below.calls.at(-1)?.succeed("second");
    await outcome;
    below.calls.length = 0;
  }
  const started = events.filter(({ decision }) => decision === "started").length;
  assert.ok(started >= 1 && started <= 5, `${started} of 10`);
});

test("it can be turned off", async () => {
  const { clock, below, send } = await setup({ options: false });
  void send(makeCall(clock, HEDGED));
  await clock.advanceInTurns(500);
  assert.equal(below.calls.length, 1);
});
