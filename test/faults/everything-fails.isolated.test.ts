import assert from "node:assert/strict";
import { test } from "node:test";
import { Upstream } from "@triptych/upstream-client";
import { clientRequest, operation } from "./client/client-request.ts";
import { atSteadyRate } from "./load/steady-rate.ts";
import { ProgrammedUpstream, answerStatus } from "./upstream/programmed-upstream.ts";

test("when everything is a 503 and no breaker helps, retries add a tenth and no more", async () => {
  await using server = await ProgrammedUpstream.open((_, response) => answerStatus(response, 503));
  const upstream = new Upstream({ name: "things", addresses: [server.origin], breaker: false });
  const call = (index: number) =>
    clientRequest(upstream, operation(), { input: { path: { id: String(index) } } });
  await atSteadyRate({ perSecond: 200, seconds: 10 }, call);
  const before = server.received.length;
  assert.ok(before > 2_000, "the first ten seconds had retries");
  const results = await atSteadyRate({ perSecond: 200, seconds: 5 }, call);
  // On a busy machine a few may meet our own limit first.
  for (const { failure } of results) assert.ok(failure === "unavailable" || failure === "overloaded");
  const attemptsPerCall = (server.received.length - before) / results.length;
  assert.ok(attemptsPerCall > 1 && attemptsPerCall <= 1.11, `${attemptsPerCall} attempts per call`);
  await upstream.close();
});
