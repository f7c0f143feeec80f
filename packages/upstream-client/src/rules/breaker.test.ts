import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeClock, constantRandom } from "@triptych/testing";
import { breaker } from "./breaker.ts";
import type { BreakerOptions } from "./breaker.ts";
import type { FailureDetails } from "../errors.ts";
import type { BreakerChangeEvent } from "../events.ts";
import { Telemetry } from "../events.ts";
import { ScriptedSend, failureOf, makeCall, promised, valueOf } from "../testing/index.ts";

function setup(options: BreakerOptions | false = {}, random = 0.5) {
  const clock = new FakeClock();
  const below = new ScriptedSend();
  const changes: BreakerChangeEvent[] = [];
  const telemetry = new Telemetry({ breakerChange: (event) => changes.push(event) });
  const parts = { upstream: "things", clock, random: constantRandom(random), telemetry };
  const send = promised(breaker(options, parts)(below.send));

  /** Makes calls and lets each end as told: a success, or with these details. */
  const make = async (
    count: number,
    end: "ok" | Partial<FailureDetails>,
    { users = MANY, operation = "getThing" }: { users?: readonly string[]; operation?: string } = {},
  ): Promise<void> => {
    for (let made = 0; made < count; made += 1) {
      const before = below.calls.length;
      const userId = users[below.calls.length % users.length] ?? "";
      const outcome = send(makeCall(clock, { caller: { userId }, operation: { name: operation } }));
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

const MANY = Array.from({ length: 50 }, (_, index) => `user-${index}`);
const FAILS = { status: 500 } as const;
const BREAKS = { kind: "invalid", phase: "body", status: 200 } as const;
const REFUSED = { phase: "connect", reason: "the connection failed (ECONNREFUSED)" } as const;

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
  ["refused connections", REFUSED],
  ["broken contracts", BREAKS],
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

test("one user's bad record does not open it, however often they come back, nor does a second user's", async () => {
  for (const [users, details] of [
    [["bad"], FAILS],
    [["bad", "worse"], FAILS],
    [["bad"], { kind: "timeout", phase: "headers" }],
    [["bad"], { phase: "headers", reason: "reset" }],
    [["bad", "worse"], BREAKS],
  ] as const) {
    const { clock, make, names } = setup();
    for (let second = 0; second < 15; second += 1) {
      await make(30, details, { users });
      await make(1, "ok");
      await clock.advanceInTurns(1_000);
    }
    for (let second = 0; second < 15; second += 1) {
      await make(30, details, { users });
      await clock.advanceInTurns(1_000);
    }
    assert.deepEqual(names(), [], users.join());
  }
});

test("nor with a failure or two of other users beside it", async () => {
  const { clock, make, names } = setup();
  for (let second = 0; second < 20; second += 1) {
    await make(10, FAILS, { users: ["bad"] });
    await make(1, FAILS, { users: [`user-${second}`] });
    await make(3, "ok");
    await clock.advanceInTurns(1_000);
  }
  assert.deepEqual(names(), []);
});

test("the third user whose calls fail opens it", async () => {
  const { make, names } = setup();
  await make(40, FAILS, { users: ["one", "two"] });
  assert.deepEqual(names(), []);
  await make(1, FAILS, { users: ["three"] });
  assert.deepEqual(names(), ["closed → open"]);
});

test("an outage in little traffic of three users opens it within the window", async () => {
  const { clock, make, names } = setup();
  await make(3, "ok");
  for (let second = 0; second < 7; second += 1) {
    await make(3, FAILS, { users: ["one", "two", "three"] });
    await clock.advanceInTurns(1_000);
  }
  assert.deepEqual(names(), ["closed → open"]);
});

test("for one or two users, an upstream that refuses connections opens it, and a 5xx does not", async () => {
  for (const [details, changes] of [
    [REFUSED, ["closed → open"]],
    [FAILS, []],
  ] as const) {
    const { make, names } = setup();
    await make(30, details, { users: ["one", "two"] });
    assert.deepEqual(names(), changes);
  }
});

test("a few refused connections and one user's bad record do not open it", async () => {
  const { make, names } = setup();
  await make(10, "ok");
  await make(4, REFUSED);
  await make(100, FAILS, { users: ["bad"] });
  assert.deepEqual(names(), []);
});

test("a user's bad record does not keep it open when the upstream is back", async () => {
  const { clock, make, names } = setup();
  await make(20, FAILS);
  await clock.advanceInTurns(5_000);
  // The first failing probe may be the outage. The same user's next ones prove nothing.
  await make(1, FAILS, { users: ["bad"] });
  await clock.advanceInTurns(5_000);
  await make(1, "ok");
  await make(5, FAILS, { users: ["bad"] });
  await make(2, "ok");
  assert.deepEqual(names().slice(1), [
    "open → half-open",
    "half-open → open",
    "open → half-open",
    "half-open → closed",
  ]);
});

test("broken contracts of one operation refuse that operation, and no other", async () => {
  const { clock, make, send, names, below, changes } = setup();
  await make(20, BREAKS, { operation: "listReviews" });
  assert.deepEqual(names(), ["closed → open"]);
  assert.equal(changes[0]?.operation, "listReviews");
  const refused = failureOf(await send(makeCall(clock, { operation: { name: "listReviews" } })));
  assert.deepEqual([refused.kind, refused.retryAfterMs], ["unavailable", 5_000]);
  assert.match(refused.message, /circuit breaker is open, because its answers broke the contract/);
  assert.equal(below.calls.length, 20);
  await make(40, "ok", { operation: "getOrder" });
  assert.equal(below.calls.length, 60);
  assert.equal(names().length, 1);
});

test("an operation's breaker closes when its answers keep to the contract again", async () => {
  const { clock, make, names } = setup();
  await make(20, BREAKS);
  await clock.advanceInTurns(5_000);
  // An upstream that fails says nothing about the contract.
  await make(2, FAILS);
  await make(3, "ok");
  await make(19, BREAKS);
  assert.deepEqual(names(), ["closed → open", "open → half-open", "half-open → closed"]);
});

test("while the upstream's breaker is open, an operation's breaker loses no probe", async () => {
  const { clock, make, names, changes } = setup();
  await make(20, BREAKS, { operation: "listReviews" });
  await make(20, FAILS, { operation: "getOrder" });
  await clock.advanceInTurns(2_500);
  assert.deepEqual(names(), ["closed → open", "closed → open"]);
  await clock.advanceInTurns(2_500);
  await make(3, "ok", { operation: "getOrder" });
  await make(3, "ok", { operation: "listReviews" });
  assert.deepEqual(
    changes.slice(-2).map(({ operation, to }) => [operation, to]),
    [
      ["listReviews", "half-open"],
      ["listReviews", "closed"],
    ],
  );
});

test("answers that break their contract do not hide an outage of the others", async () => {
  const { make, changes } = setup();
  await make(10, BREAKS, { operation: "listReviews" });
  await make(30, FAILS, { operation: "getOrder" });
  assert.deepEqual(
    changes.map(({ operation }) => operation),
    [undefined],
  );
});

test("broken contracts from one moment, all in flight together, count", async () => {
  const { clock, send, below, names } = setup();
  const outcomes = MANY.slice(0, 20).map((userId) => send(makeCall(clock, { caller: { userId } })));
  for (const call of below.calls) call.fail(BREAKS);
  await Promise.all(outcomes);
  assert.deepEqual(names(), ["closed → open"]);
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
