import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { MisbehavingUpstream } from "@triptych/testing";
import { Upstream } from "@triptych/upstream-client";
import { clientRequest, operation } from "./testing/client-request.ts";
import { measureLateness } from "./testing/load.ts";

const CLIENTS = 4_000;
const AT_ONCE = 50;
const LEAVES_AFTER_MS = 50;

test("the calls of 4,000 clients that leave after 50 ms end with them", async () => {
  const warnings: Error[] = [];
  const onWarning = (warning: Error) => warnings.push(warning);
  process.on("warning", onWarning);
  await using server = await MisbehavingUpstream.open(() => () => undefined);
  const upstream = new Upstream({
    name: "things",
    addresses: [server.origin],
    bulkhead: { maxInFlight: AT_ONCE },
  });
  const leftAt = new Map<string, number>();
  const round = async (first: number, size: number): Promise<void> => {
    await Promise.all(
      Array.from({ length: size }, async (_, offset) => {
        const id = String(first + offset);
        const input = { path: { id } };
        const { failure } = await clientRequest(upstream, operation(), {
          input,
          leavesAfterMs: LEAVES_AFTER_MS,
        });
        leftAt.set(`/things/${id}`, performance.now());
        assert.equal(failure, "abandoned");
      }),
    );
  };

  // The first rounds load code and fill pools. That is no leak.
  for (let first = -1_000; first < 0; first += AT_ONCE) await round(-first + CLIENTS, AT_ONCE);
  server.reset();
  leftAt.clear();
  const heapBefore = await heapUsed();
  const lateness = measureLateness();

  for (let first = 0; first < CLIENTS; first += AT_ONCE) await round(first, AT_ONCE);
  const lateMs = lateness();
  await wait(60 + lateMs);
  while (server.inFlight > 0) await wait(1);
  // The busier the machine, the more clients leave while their call is still on its way.
  assert.ok(server.received.length >= CLIENTS / 10, `${server.received.length} calls reached the upstream`);
  // The upstream may accept a call only after its client left. It counts from then on.
  const inTime = server.received.filter(({ url, at, abortedAt }) => {
    const shouldEndAt = Math.max(at, leftAt.get(url) ?? 0);
    return abortedAt !== undefined && abortedAt - shouldEndAt <= 50 + lateMs;
  }).length;
  const all = server.received.length;
  assert.ok(inTime >= all * 0.99, `${inTime} of ${all} aborted in time`);

  // The test's own records are no leak either.
  server.reset();
  leftAt.clear();
  const grownBy = (await heapUsed()) - heapBefore;
  assert.ok(grownBy <= 2_500_000, `the heap grew by ${grownBy} bytes`);
  assert.deepEqual(warnings, []);
  process.off("warning", onWarning);
  await upstream.close();
});

async function heapUsed(): Promise<number> {
  setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("gc");
  if (typeof collect !== "function") throw new Error("expected V8 to expose its garbage collector");
  for (let time = 0; time < 3; time += 1) {
    collect();
    await wait(20);
  }
  return process.memoryUsage().heapUsed;
}
