import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { FakeClock, MisbehavingUpstream, jsonReply } from "@triptych/testing";
import { Upstream } from "@triptych/upstream-client";
import { quantile } from "../bench/measure/statistics.ts";
import { clientRequest, operation } from "./testing/client-request.ts";
import type { Result } from "./testing/client-request.ts";

const HEDGED = operation({ hedge: true });

/** What the upstream usually takes, and how often it is called, ms. */
const USUAL_MS = 2;
const EVERY_MS = 10;

async function turnsUntil(
  isSo: () => boolean,
  turn: () => Promise<unknown> = () => nextTurn(),
): Promise<void> {
  while (!isSo()) await turn();
}

test("hedging hides one slow call in a hundred with at most 5% more calls, and stops when all calls are slow", async () => {
  const clock = new FakeClock();
  let begun = 0;
  let delayOf = (index: number): number => (index % 100 === 50 ? 1_000 : USUAL_MS);
  await using server = await MisbehavingUpstream.open(async ({ index }) => {
    await new Promise<void>((resolve) => {
      clock.setTimer(delayOf(index), resolve);
      begun += 1;
    });
    return jsonReply({});
  });
  const upstream = new Upstream({ name: "things", addresses: [server.origin], clock });
  const ask = (id: number): Promise<Result> =>
    clientRequest(upstream, HEDGED, { clock, deadlineMs: 2_000, input: { path: { id: String(id) } } });

  /** Makes calls at a steady rate of the clock, whatever the machine takes for them. */
  async function calls(count: number): Promise<Result[]> {
    const made: Promise<Result>[] = [];
    let ended = 0;
    for (let id = 0; id < count; id += 1) {
      const before = begun;
      made.push(ask(id).finally(() => (ended += 1)));
      await turnsUntil(() => begun > before);
      const usual = delayOf(before) === USUAL_MS ? ended + 1 : 0;
      await clock.advanceInTurns(USUAL_MS);
      await turnsUntil(() => ended >= usual);
      await clock.advanceInTurns(EVERY_MS - USUAL_MS);
    }
    await turnsUntil(
      () => ended === count,
      () => clock.advanceInTurns(EVERY_MS),
    );
    return Promise.all(made);
  }

  // The upstream's usual times must be known before a call can be late.
  await calls(100);
  const before = server.received.length;
  const results = await calls(600);
  assert.deepEqual(new Set(results.map(({ failure }) => failure)), new Set([undefined]));
  const times = results.map(({ ms }) => ms);
  assert.ok(quantile(times, 0.99) <= 100, `p99 is ${quantile(times, 0.99)} ms`);
  const extra = (server.received.length - before) / results.length - 1;
  assert.ok(extra > 0 && extra <= 0.05, `${extra * 100}% extra calls`);

  delayOf = () => 300;
  await calls(200);
  const settled = server.received.length;
  const slow = await calls(200);
  const extraWhenSlow = (server.received.length - settled) / slow.length - 1;
  assert.ok(extraWhenSlow <= 0.01, `${extraWhenSlow * 100}% extra calls when everything is slow`);
  await upstream.close();
});
