import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeClock, constantRandom } from "@triptych/testing";
import { Addresses } from "./wire/addresses.ts";
import { CacheStore } from "./cache/store.ts";
import type { UpstreamOptions } from "./options.ts";
import { wrap, wrappersOf } from "./stack.ts";
import { Telemetry } from "./events.ts";
import { ScriptedSend, failureOf, makeCall, makeRequest, promised, valueOf } from "./testing/index.ts";

/** The order of the wrappers shows where one meets the next; that is what these tests hold. */
function setup(options: Partial<UpstreamOptions> = {}) {
  const clock = new FakeClock();
  const network = new ScriptedSend();
  const log: string[] = [];
  const telemetry = new Telemetry({
    retry: ({ decision }) => log.push(`retry ${decision}`),
    hedge: ({ decision }) => log.push(`hedge ${decision}`),
    breakerChange: ({ to }) => log.push(`breaker ${to}`),
    queueWait: ({ result }) => log.push(`queue ${result}`),
    cacheVerdict: ({ verdict }) => log.push(`cache ${verdict}`),
  });
  const parts = {
    upstream: "things",
    clock,
    random: constantRandom(0),
    telemetry,
    addresses: new Addresses([], { upstream: "things", clock, telemetry }),
    store: new CacheStore({}, { upstream: "things", clock }),
    open: () => undefined,
  };
  const send = promised(wrap(wrappersOf({ name: "things", ...options }, parts), network.send));
  return { clock, network, log, send };
}

test("each retry asks the breaker, which can open between two attempts", async () => {
  const { clock, network, log, send } = setup();
  for (let made = 0; made < 10; made += 1) {
    const outcome = send(makeCall(clock, { target: `/${made}`, caller: { userId: String(made) } }));
    network.calls.at(-1)?.fail({ status: 503 });
    await clock.advanceInTurns(25);
    network.calls.at(-1)?.fail({ status: 503 });
    failureOf(await outcome);
  }
  assert.equal(network.calls.length, 20);
  assert.equal(log.at(-1), "breaker open");
  const refused = failureOf(await send(makeCall(clock)));
  assert.match(refused.message, /circuit breaker is open/);
  assert.equal(network.calls.length, 20);
});

test("a call that the breaker refuses takes no slot of the bulkhead", async () => {
  const { clock, network, send } = setup({
    bulkhead: { maxInFlight: 1, maxQueued: 0 },
    breaker: { minCalls: 3 },
  });
  for (const [index, userId] of ["1", "2"].entries()) {
    const outcome = send(makeCall(clock, { caller: { userId } }));
    network.at(index).fail({ status: 500 });
    failureOf(await outcome);
  }
  const holder = send(makeCall(clock, { target: "/holds" }));
  assert.equal(failureOf(await send(makeCall(clock, { target: "/b" }))).kind, "overloaded");
  network.at(2).fail({ status: 500 });
  failureOf(await holder);
  assert.match(failureOf(await send(makeCall(clock, { target: "/c" }))).message, /breaker is open/);
});

test("a call that waits for a retry holds no slot of the bulkhead", async () => {
  const { clock, network, send } = setup({ bulkhead: { maxInFlight: 1, maxQueued: 0 } });
  const retried = send(makeCall(clock, { target: "/a" }));
  network.at(0).fail({ status: 503 });
  await clock.advanceInTurns(0);
  const other = send(makeCall(clock, { target: "/b" }));
  network.at(1).succeed("b");
  assert.equal(valueOf(await other), "b");
  await clock.advanceInTurns(25);
  network.at(2).succeed("a");
  assert.equal(valueOf(await retried), "a");
});

test("coalesced calls are one call to the rules below", async () => {
  const { clock, network, send } = setup({ bulkhead: { maxInFlight: 1, maxQueued: 0 } });
  const outcomes = Array.from({ length: 100 }, () => send(makeCall(clock)));
  network.at(0).fail({ status: 503 });
  await clock.advanceInTurns(25);
  network.at(1).succeed("answer");
  assert.deepEqual(new Set((await Promise.all(outcomes)).map(valueOf)), new Set(["answer"]));
  assert.equal(network.calls.length, 2);
});

test("from twice its budget of calls a request's further ones are refused; cached, joined and repeated ones do not count", async () => {
  const { clock, network, send } = setup();
  const request = makeRequest(clock, {}, 800, constantRandom(0.5), 2);
  const cached = { request, target: "/kept", operation: { cache: "shared" } } as const;
  const kept = send(makeCall(clock, cached));
  await clock.advanceInTurns(0);
  network
    .at(0)
    .succeed("kept", { status: 200, headers: { "cache-control": "max-age=9" }, body: Buffer.from("1") });
  valueOf(await kept);
  valueOf(await send(makeCall(clock, cached)));
  const targets = ["/2", "/2", "/3", "/4", "/5"];
  const outcomes = targets.map((target) => send(makeCall(clock, { request, target })));
  network.at(1).fail({ status: 503 });
  await clock.advanceInTurns(25);
  for (const at of [2, 3, 4]) network.at(at).succeed("answer");
  const [refused, ...answered] = (await Promise.all(outcomes)).toReversed();
  assert.deepEqual(answered.map(valueOf), ["answer", "answer", "answer", "answer"]);
  const error = refused && failureOf(refused);
  assert.equal(error?.kind, "overloaded");
  assert.match(error.message, /the request has sent 4 calls, and its budget is 2/);
  assert.equal(network.calls.length, 5);
  assert.equal(request.context.sentCalls, 5);
});

test("a cached answer makes no call below, and a stale answer is used when the breaker is open", async () => {
  const { clock, network, log, send } = setup({ breaker: { minCalls: 3 }, retry: false });
  const cached = { operation: { cache: "shared" } } as const;
  const first = send(makeCall(clock, cached));
  await clock.advanceInTurns(0);
  const headers = { "cache-control": "max-age=1, stale-if-error=60" };
  network.at(0).succeed("answer", { status: 200, headers, body: Buffer.from('"answer"') });
  valueOf(await first);
  valueOf(await send(makeCall(clock, cached)));
  await clock.advanceInTurns(2_000);
  for (const userId of ["1", "2", "3"]) {
    const outcome = send(makeCall(clock, { target: "/x", caller: { userId } }));
    network.calls.at(-1)?.fail({ status: 500 });
    failureOf(await outcome);
  }
  const outcome = await send(makeCall(clock, cached));
  assert.equal(valueOf(outcome), "answer");
  assert.deepEqual(outcome.ok && outcome.stale, { ageSeconds: 2, kind: "unavailable" });
  assert.deepEqual(log, ["cache miss", "cache fresh", "breaker open", "cache stale-if-error"]);
});
