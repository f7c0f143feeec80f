import assert from "node:assert/strict";
import { test } from "node:test";
import { MisbehavingUpstream, problemReply } from "@triptych/testing";
import { Upstream } from "@triptych/upstream-client";
import { clientRequest, operation } from "./testing/client-request.ts";
import { atSteadyRate } from "./testing/load.ts";

test("with only 503s and the breaker off, retries add at most a tenth", async () => {
  await using server = await MisbehavingUpstream.open(() => problemReply(503));
  const upstream = new Upstream({
    name: "things",
    addresses: [server.origin],
    breaker: false,
    // This test is not about our own limit, which a busy machine may reach.
    bulkhead: { maxInFlight: 512 },
  });
  const call = (index: number) =>
    clientRequest(upstream, operation(), { input: { path: { id: String(index) } } });
  await atSteadyRate({ perSecond: 200, seconds: 10 }, call);
  const before = server.received.length;
  assert.ok(before > 2_000, "the first ten seconds had retries");
  const startedAt = performance.now();
  const results = await atSteadyRate({ perSecond: 200, seconds: 5 }, call);
  const seconds = (performance.now() - startedAt) / 1_000;
  for (const { failure } of results) assert.equal(failure, "unavailable");
  // A tenth of the calls plus one a second: 1.105 at this rate. If the machine was slower, the
  // seconds weigh more.
  const kept = seconds <= 5.5 ? 1.11 : 1.1 + (seconds + 1) / results.length;
  const attemptsPerCall = (server.received.length - before) / results.length;
  assert.ok(attemptsPerCall >= 1.09 && attemptsPerCall <= kept, `${attemptsPerCall} attempts per call`);
  await upstream.close();
});
