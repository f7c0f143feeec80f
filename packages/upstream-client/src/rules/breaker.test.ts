import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeClock, constantRandom } from "@triptych/testing";
import { breaker } from "./breaker.ts";
import type { BreakerOptions } from "./breaker.ts";
import type { FailureDetails } from "../errors.ts";
import type { BreakerChangeEvent } from "../events.ts";
import { Telemetry } from "../events.ts";
import { ScriptedSend, failureOf, makeCall, valueOf } from "../testing/index.ts";

function setup(options: BreakerOptions | false = {}, random = 0.5) {
  const clock = new FakeClock();
  const below = new ScriptedSend();
  const changes: BreakerChangeEvent[] = [];
  const telemetry = new Telemetry({ breakerChange: (event) => changes.push(event) });
  const parts = { upstream: "things", clock, random: constantRandom(random), telemetry };
  const send = breaker(options, parts)(below.send);

  /** Makes calls and lets each end as told: a success, or with these details. */
  const make = async (count: number, end: "ok" | Partial<FailureDetails>): Promise<void> => {
    for (let made = 0; made < count; made += 1) {
      const before = below.calls.length;
      const outcome = send(makeCall(clock));
      if (below.calls.length > before) {
        if (end === "ok") below.at(before).succeed("answer");
        else below.at(before).fail(end);
      }
      await outcome;
    }
  };
  const names = () => changes.map(({ from, to }) => `${from} → ${to}`);
  return { clock, below, send, make, changes, names };
}

const FAILS = { status: 500 } as const;

test("nineteen failures do not open it, the twentieth does", async () => {
  const { make, names, below } = setup();
  await make(19, FAILS);
  assert.deepEqual(names(), []);
  await make(1, FAILS);
  assert.deepEqual(names(), ["closed → open"]);
  await make(5, FAILS);
  assert.equal(below.calls.length, 20);
});

test("it opens when half of the calls fail, and not before", async () => {
  const { make, names } = setup();
  await make(11, "ok");
  await make(10, FAILS);
  assert.deepEqual(names(), []);
  await make(1, FAILS);
  assert.deepEqual(names(), ["closed → open"]);
});

test("an outage after much healthy traffic opens it after a second of nothing but failures", async () => {
  const { clock, make, names } = setup();
  for (let second = 0; second < 10; second += 1) {
    await make(100, "ok");
    await clock.advanceInTurns(1_000);
  }
  for (let tenth = 0; tenth < 10; tenth += 1) {
    await make(10, FAILS);
    assert.deepEqual(names(), []);
    await clock.advanceInTurns(100);
  }
  await make(1, FAILS);
  assert.deepEqual(names(), ["closed → open"]);
});

test("one success among the failures, too few failures, or a burst is not an outage", async () => {
  for (const disturb of ["success", "few", "burst"] as const) {
    const { clock, make, names } = setup();
    await make(200, "ok");
    for (let tenth = 0; tenth < 20; tenth += 1) {
      if (disturb === "burst") break;
      if (disturb === "success" && tenth % 9 === 5) await make(1, "ok");
      if (disturb === "success" || tenth < 19) await make(disturb === "few" ? 1 : 3, FAILS);
      await clock.advanceInTurns(100);
    }
    if (disturb === "burst") await make(100, FAILS);
    assert.deepEqual(names(), [], disturb);
  }
});

test("failures that are more than ten seconds old do not count", async () => {
  const { clock, make, names } = setup();
  await make(19, FAILS);
  await clock.advanceInTurns(10_000);
  await make(19, FAILS);
  assert.deepEqual(names(), []);
});

test("failures within ten seconds add up, second by second", async () => {
  const { clock, make, names } = setup();
  for (let second = 0; second < 9; second += 1) {
    await make(2, FAILS);
    await clock.advanceInTurns(1_000);
  }
  assert.deepEqual(names(), []);
  await make(2, FAILS);
  assert.deepEqual(names(), ["closed → open"]);
});

for (const [name, details] of [
  ["5xx", { status: 503 }],
  ["time-outs", { kind: "timeout", phase: "headers" }],
  ["refused connections", { phase: "connect" }],
  ["broken contracts", { kind: "invalid", status: 200 }],
] as const) {
  test(`${name} count as failures`, async () => {
    const { make, names } = setup();
    await make(20, details);
    assert.deepEqual(names(), ["closed → open"]);
  });
}

for (const [name, details] of [
  ["4xx", { kind: "rejected", status: 404 }],
  ["calls that their client abandoned", { kind: "abandoned" }],
  ["calls that our own limit refused", { kind: "overloaded", phase: "queue" }],
  ["deadlines that ended in our own queue", { kind: "timeout", phase: "queue" }],
] as const) {
  test(`${name} never open it`, async () => {
    const { make, names } = setup();
    await make(100, details);
    assert.deepEqual(names(), []);
  });
}

test("abandoned calls do not dilute the failures", async () => {
  const { make, names } = setup();
  await make(100, { kind: "abandoned" });
  await make(20, FAILS);
  assert.deepEqual(names(), ["closed → open"]);
});

test("while open, it refuses at once, names itself and says when to come back", async () => {
  const { clock, make, send, below } = setup();
  await make(20, FAILS);
  await clock.advanceInTurns(1_000);
  const error = failureOf(await send(makeCall(clock)));
  assert.deepEqual(
    [error.kind, error.status, error.phase, error.retryAfterMs],
    ["unavailable", undefined, undefined, 4_000],
  );
  assert.match(error.message, /circuit breaker is open/);
  assert.equal(below.calls.length, 20);
});

for (const [random, openMs] of [
  [0, 4_000],
  [0.5, 5_000],
] as const) {
  test(`it stays open for 5 s ± 20%: ${openMs} ms at ${random}`, async () => {
    const { clock, make, names, changes } = setup({}, random);
    await make(20, FAILS);
    assert.equal(changes[0]?.openMs, openMs);
    await clock.advanceInTurns(openMs - 1);
    await make(1, "ok");
    assert.deepEqual(names(), ["closed → open"]);
    await clock.advanceInTurns(1);
    await make(1, "ok");
    assert.deepEqual(names(), ["closed → open", "open → half-open"]);
  });
}

test("three successful probes close it, and it counts from zero", async () => {
  const { clock, make, names } = setup();
  await make(20, FAILS);
  await clock.advanceInTurns(5_000);
  await make(3, "ok");
  assert.deepEqual(names(), ["closed → open", "open → half-open", "half-open → closed"]);
  await make(19, FAILS);
  assert.equal(names().length, 3);
});

test("a probe that fails opens it again", async () => {
  const { clock, make, names } = setup();
  await make(20, FAILS);
  await clock.advanceInTurns(5_000);
  await make(2, "ok");
  await make(1, FAILS);
  assert.deepEqual(names(), ["closed → open", "open → half-open", "half-open → open"]);
});

test("at most three probes are in flight, and an abandoned one does not count", async () => {
  const { clock, make, send, below } = setup();
  await make(20, FAILS);
  await clock.advanceInTurns(5_000);
  const probes = [send(makeCall(clock)), send(makeCall(clock)), send(makeCall(clock))];
  assert.equal(below.inFlight, 3);
  failureOf(await send(makeCall(clock)));
  assert.equal(below.inFlight, 3);
  below.at(20).fail({ kind: "abandoned" });
  await probes[0];
  probes.push(send(makeCall(clock)));
  assert.equal(below.inFlight, 3);
  for (const index of [21, 22, 23]) below.at(index).succeed("answer");
  for (const probe of probes.slice(1)) valueOf(await probe);
  const after = send(makeCall(clock));
  assert.equal(below.inFlight, 1);
  below.at(24).succeed("answer");
  valueOf(await after);
});

test("a call from before it opened does not count as a probe", async () => {
  const { clock, make, send, below, names } = setup();
  const early = send(makeCall(clock, { deadlineMs: 60_000 }));
  await make(20, FAILS);
  await clock.advanceInTurns(5_000);
  const probe = send(makeCall(clock));
  below.at(0).fail(FAILS);
  failureOf(await early);
  assert.deepEqual(names(), ["closed → open", "open → half-open"]);
  below.at(21).succeed("answer");
  valueOf(await probe);
});

test("it can be turned off", async () => {
  const { make, below } = setup(false);
  await make(100, FAILS);
  assert.equal(below.calls.length, 100);
});

test("while open, a call costs microseconds", async () => {
  const { clock, make, send } = setup();
  await make(20, FAILS);
  const call = makeCall(clock);
  for (let warmUp = 0; warmUp < 2_000; warmUp += 1) await send(call);
  // The machine may be busy with other things in most of the batches, never in all.
  let fastest = Number.POSITIVE_INFINITY;
  for (let batch = 0; batch < 50; batch += 1) {
    const startedAt = performance.now();
    for (let made = 0; made < 40; made += 1) await send(call);
    fastest = Math.min(fastest, ((performance.now() - startedAt) / 40) * 1_000);
  }
  assert.ok(fastest < 200, `${fastest} µs`);
});
