import assert from "node:assert/strict";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { test } from "node:test";
import { response } from "@triptych/testing";
import { Telemetry } from "./events.ts";
import { testUpstream } from "./testing/index.ts";

test("an event reaches the upstream's listener and the channel of its name, and no other", () => {
  const heard: unknown[] = [];
  const onMessage = (message: unknown) => heard.push(message);
  subscribe("triptych.upstream.breakerChange", onMessage);
  const told: unknown[] = [];
  const telemetry = new Telemetry({ breakerChange: (event) => told.push(event) });
  const event = {
    upstream: "things",
    operation: undefined,
    from: "closed",
    to: "open",
    openMs: 5_000,
  } as const;
  telemetry.emit("breakerChange", event);
  telemetry.emit("queueWait", { upstream: "things", operation: "get", result: "admitted", waitedMs: 1 });
  unsubscribe("triptych.upstream.breakerChange", onMessage);
  telemetry.emit("breakerChange", event);
  assert.deepEqual(heard, [event]);
  assert.deepEqual(told, [event, event]);
});

test("an error of a listener is reported, and the call still has its outcome", async () => {
  const reported: unknown[] = [];
  const listeners = process.listeners("uncaughtException");
  process.removeAllListeners("uncaughtException").once("uncaughtException", (error) => reported.push(error));
  try {
    const bug = new Error("a bug of the listener's");
    await using things = await testUpstream((socket) => socket.write(response(200, "{}")), {
      events: {
        attempt() {
          throw bug;
        },
      },
    });
    assert.deepEqual(await things.call(), {});
    assert.deepEqual(reported, [bug]);
  } finally {
    process.removeAllListeners("uncaughtException");
    for (const listener of listeners) process.on("uncaughtException", listener);
  }
});

test("an attempt event has upstream, operation, address, duration and result", async () => {
  const heard: unknown[] = [];
  const onMessage = (message: unknown) => heard.push(message);
  subscribe("triptych.upstream.attempt", onMessage);
  await using things = await testUpstream((socket) => socket.write(response(200, "{}")));
  await things.call();
  unsubscribe("triptych.upstream.attempt", onMessage);
  const [event] = heard;
  assert.ok(typeof event === "object" && event !== null && "durationMs" in event && "startedAt" in event);
  assert.ok("timing" in event);
  const { durationMs, startedAt, timing, ...rest } = event;
  assert.partialDeepStrictEqual(timing, {
    number: 1,
    queueMs: 0,
    bytes: 2,
    call: { upstream: "things", outcome: "ok", cache: "none", attempts: 1 },
  });
  assert.deepEqual(rest, {
    upstream: "things",
    operation: "getThing",
    kind: "first",
    outcome: "ok",
    status: 200,
    spanId: "8000000080000000",
    method: "GET",
    address: things.server.origin,
    rejection: undefined,
  });
  assert.equal(typeof startedAt, "number");
  assert.ok(typeof durationMs === "number" && durationMs > 0);
});
