import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeClock, constantRandom } from "@triptych/testing";
import type { FailureDetails } from "../errors.ts";
import type { RetryEvent } from "../events.ts";
import { RetryBudget } from "./retry-budget.ts";
import { retry } from "./retry.ts";
import type { RetryOptions } from "./retry.ts";
import { Telemetry } from "../events.ts";
import { ScriptedSend, failureOf, makeCall, promised, valueOf } from "../testing/index.ts";

function setup(options: RetryOptions | false = {}, random = 0.5) {
  const clock = new FakeClock();
  const below = new ScriptedSend();
  const budget = new RetryBudget(clock, { perCall: 0.1, perSecond: 1 });
  const events: RetryEvent[] = [];
  const telemetry = new Telemetry({ retry: (event) => events.push(event) });
  const parts = { clock, random: constantRandom(random), budget, telemetry };
  const send = promised(retry(options, parts)(below.send));
  return { clock, below, budget, events, send };
}

const RETRIED: readonly [string, Partial<FailureDetails>][] = [
  ["no connection", { phase: "connect" }],
  ["a reset before the headers", { phase: "headers" }],
  ["502", { status: 502 }],
  ["503", { status: 503 }],
  ["504", { status: 504 }],
];

for (const [name, details] of RETRIED) {
  test(`${name} is tried once more`, async () => {
    const { clock, below, send, events } = setup();
    const outcome = send(makeCall(clock));
    below.at(0).fail(details);
    await clock.advanceInTurns(137);
    assert.equal(below.calls.length, 1);
    await clock.advanceInTurns(1);
    below.at(1).succeed("answer");
    assert.equal(valueOf(await outcome), "answer");
    assert.deepEqual(
      events.map(({ decision, delayMs, reason }) => [decision, delayMs, reason]),
      [["retry", 137.5, "unavailable"]],
    );
  });
}

const NOT_RETRIED: readonly [string, Partial<FailureDetails>][] = [
  ["500", { status: 500 }],
  ["501", { status: 501 }],
  ["a cut body", { phase: "body", status: 200 }],
  ["a time-out", { kind: "timeout" }],
  ["a broken contract", { kind: "invalid" }],
  ["429", { kind: "rejected", status: 429, retryAfterMs: 10 }],
  ["404", { kind: "rejected", status: 404 }],
  ["our own limit", { kind: "overloaded", phase: "queue" }],
  ["a client that left", { kind: "abandoned" }],
  ["an open breaker", { phase: undefined, retryAfterMs: 10 }],
];

for (const [name, details] of NOT_RETRIED) {
  test(`${name} is not tried again`, async () => {
    const { clock, below, send, budget } = setup();
    const outcome = send(makeCall(clock));
    below.at(0).fail(details);
    failureOf(await outcome);
    assert.equal(below.calls.length, 1);
    assert.equal(budget.balance, 10.1);
  });
}

test("a second failure is final", async () => {
  const { clock, below, send } = setup();
  const outcome = send(makeCall(clock));
  below.at(0).fail({ status: 503 });
  await clock.advanceInTurns(250);
  below.at(1).fail({ status: 502 });
  assert.equal(failureOf(await outcome).status, 502);
  assert.equal(below.calls.length, 2);
});

for (const [random, delay] of [
  [0, 25],
  [0.999, 250],
] as const) {
  test(`the back-off has full jitter: ${delay} ms at ${random}`, async () => {
    const { clock, below, send } = setup({}, random);
    void send(makeCall(clock));
    below.at(0).fail();
    await clock.advanceInTurns(delay - 1);
    assert.equal(below.calls.length, 1);
    await clock.advanceInTurns(1);
    assert.equal(below.calls.length, 2);
  });
}

test("a POST is never sent again, unless it is declared idempotent, and then under the same key", async () => {
  const { clock, below, send } = setup();
  const plain = send(makeCall(clock, { operation: { method: "POST" } }));
  below.at(0).fail({ phase: "connect" });
  failureOf(await plain);
  assert.equal(below.calls.length, 1);

  const declared = makeCall(clock, {
    operation: { method: "POST", idempotent: true },
    idempotencyKey: "key-12345",
  });
  const outcome = send(declared);
  below.at(1).fail({ phase: "headers" });
  await clock.advanceInTurns(250);
  below.at(2).succeed("cancelled");
  valueOf(await outcome);
  assert.deepEqual(
    [below.at(1).call.idempotencyKey, below.at(2).call.idempotencyKey],
    ["key-12345", "key-12345"],
  );
});

test("Retry-After replaces the jitter", async () => {
  const { clock, below, send } = setup();
  void send(makeCall(clock));
  below.at(0).fail({ status: 503, retryAfterMs: 600 });
  await clock.advanceInTurns(599);
  assert.equal(below.calls.length, 1);
  await clock.advanceInTurns(1);
  assert.equal(below.calls.length, 2);
});

test("Retry-After: 0 means at once", async () => {
  const { clock, below, send } = setup();
  void send(makeCall(clock));
  below.at(0).fail({ status: 503, retryAfterMs: 0 });
  await clock.advanceInTurns(0);
  assert.equal(below.calls.length, 2);
});

for (const [name, retryAfterMs, deadlineMs] of [
  ["a Retry-After beyond the deadline", 1_000, 800],
  ["a Retry-After that leaves no time for an answer", 795, 800],
  ["a back-off beyond the deadline", undefined, 100],
] as const) {
  test(`${name} is not waited for and takes no token`, async () => {
    const { clock, below, send, budget } = setup();
    const outcome = send(makeCall(clock, { deadlineMs }));
    below.at(0).fail({ status: 503, retryAfterMs });
    assert.equal(failureOf(await outcome).status, 503);
    assert.equal(budget.balance, 10.1);
  });
}

test("an exhausted budget makes the first failure final", async () => {
  const { clock, below, send, budget, events } = setup();
  while (budget.tryWithdraw());
  const outcome = send(makeCall(clock));
  below.at(0).fail({ status: 503 });
  assert.equal(failureOf(await outcome).status, 503);
  assert.equal(events[0]?.decision, "budget-exhausted");
});

test("a client that leaves during the back-off ends it at once", async () => {
  const { clock, below, send } = setup();
  const call = makeCall(clock);
  const outcome = send(call);
  below.at(0).fail();
  await clock.advanceInTurns(1);
  call.deadline.end("abandoned");
  const error = failureOf(await outcome);
  assert.deepEqual([error.kind, error.phase], ["abandoned", "backoff"]);
  assert.equal(clock.pending, 0);
});

test("a GET on a connection that had been closed is sent again at once, without a token, once", async () => {
  const { clock, below, send, budget, events } = setup();
  const outcome = send(makeCall(clock));
  below.at(0).fail({}, true);
  await clock.advanceInTurns(0);
  assert.equal(below.calls.length, 2);
  assert.equal(budget.balance, 10.1);
  below.at(1).fail({}, true);
  await clock.advanceInTurns(0);
  assert.equal(below.calls.length, 2);
  await clock.advanceInTurns(250);
  below.at(2).succeed("answer");
  assert.equal(valueOf(await outcome), "answer");
  assert.deepEqual(
    events.map(({ decision }) => decision),
    ["reused-socket", "retry"],
  );
});

test("without retries a GET on a closed connection is still sent again, and a POST still is not", async () => {
  const { clock, below, send } = setup(false);
  const outcome = send(makeCall(clock));
  below.at(0).fail({}, true);
  await clock.advanceInTurns(0);
  below.at(1).fail({ status: 503 });
  failureOf(await outcome);
  const post = send(makeCall(clock, { operation: { method: "POST" } }));
  below.at(2).fail({}, true);
  failureOf(await post);
  assert.equal(below.calls.length, 3);
});

test("the second attempt of a hedge is neither retried nor counted as a call", async () => {
  const { clock, below, send, budget } = setup();
  const outcome = send({ ...makeCall(clock), mayRetry: false });
  below.at(0).fail({ status: 503 });
  failureOf(await outcome);
  assert.equal(budget.balance, 10);
});
