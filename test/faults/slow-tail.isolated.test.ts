import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { MisbehavingUpstream, jsonReply } from "@triptych/testing";
import { Upstream } from "@triptych/upstream-client";
import { clientRequest, operation } from "./testing/client-request.ts";
import { atSteadyRate, percentile, measureLateness } from "./testing/load.ts";

const HEDGED = operation({ hedge: true });

test("hedging hides one slow call in a hundred with at most 5% more calls, and stops when all calls are slow", async () => {
  let delayOf = (index: number): number => (index % 100 === 50 ? 1_000 : 0);
  await using server = await MisbehavingUpstream.open(async ({ index }) => {
    const delay = delayOf(index);
    if (delay > 0) await wait(delay);
    return jsonReply({});
  });
  // This test is not about the bulkhead, which a busy machine may fill.
  const bulkhead = { maxInFlight: 256, maxQueued: 1_000, maxWaitMs: 500 };
  const upstream = new Upstream({ name: "things", addresses: [server.origin], bulkhead });
  const call = (index: number) =>
    clientRequest(upstream, HEDGED, { deadlineMs: 2_000, input: { path: { id: String(index) } } });

  // The upstream's usual times must be known before a call can be late.
  await atSteadyRate({ perSecond: 100, seconds: 1.5 }, call);
  const before = server.received.length;
  const lateness = measureLateness();
  const results = await atSteadyRate({ perSecond: 100, seconds: 12 }, call);
  const failed = results.filter(({ failure }) => failure !== undefined).length;
  assert.ok(failed <= results.length * 0.005, `${failed} calls failed`);
  const p99 = percentile(
    results.map(({ ms }) => ms),
    0.99,
  );
  const lateMs = lateness();
  assert.ok(p99 <= 100 + lateMs, `p99 is ${p99} ms, ${lateMs} of them the machine's`);
  const extra = (server.received.length - before) / results.length - 1;
  assert.ok(extra > 0 && extra <= 0.05, `${extra * 100}% extra calls`);

  delayOf = () => 300;
  await atSteadyRate({ perSecond: 100, seconds: 3 }, call);
  const settled = server.received.length;
  const latenessWhenSlow = measureLateness();
  const slow = await atSteadyRate({ perSecond: 100, seconds: 3 }, call);
  const extraWhenSlow = (server.received.length - settled) / slow.length - 1;
  // A busy machine makes more calls slow. Hedging is allowed for 5% of them.
  const mostWhenSlow = latenessWhenSlow() < 30 ? 0.01 : 0.05;
  assert.ok(extraWhenSlow <= mostWhenSlow, `${extraWhenSlow * 100}% extra calls when everything is slow`);
  await upstream.close();
});
