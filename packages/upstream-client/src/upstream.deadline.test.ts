import assert from "node:assert/strict";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { once } from "node:events";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { FakeClock, RawUpstream, response } from "@triptych/testing";
import type { RawHandler } from "@triptych/testing";
import { CallScope, RequestContext } from "./context.ts";
import { TimedDeadline } from "./deadline.ts";
import type { Deadline, EndListener } from "./deadline.ts";
import { makeOperation, makeRequest, testUpstream } from "./testing/index.ts";
import type { TestedUpstream } from "./testing/index.ts";

const hang: RawHandler = () => {};
const hangInBody: RawHandler = (socket) =>
  void socket.write('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n{"a":');

const HEADERS = "undici:request:headers";
const DEADLINES_MS = [20, 45, 70, 95, 120];

async function requestsReach(things: TestedUpstream, count: number): Promise<void> {
  while (things.server.requests.length < count) await new Promise(setImmediate);
}

/** Resolves when the next answer's headers have reached the client. */
function headersArrive(): Promise<void> {
  return new Promise((resolve) => {
    const onHeaders = () => {
      unsubscribe(HEADERS, onHeaders);
      resolve();
    };
    subscribe(HEADERS, onHeaders);
  });
}

async function socketsClose(things: TestedUpstream): Promise<void> {
  for (const socket of things.server.sockets) if (!socket.destroyed) await once(socket, "close");
}

for (const [name, handle, phase] of [
  ["without an answer", hang, "headers"],
  ["in the middle of a body", hangInBody, "body"],
] as const) {
  test(`the deadline ends a call ${name}, destroys its socket and says where it was`, async () => {
    const clock = new FakeClock();
    await using things = await testUpstream(handle, { clock });
    const headers = headersArrive();
    const failure = things.failure({}, { deadlineMs: 300 });
    await requestsReach(things, 1);
    if (phase === "body") await headers;
    await clock.advanceInTurns(299);
    assert.equal(things.server.sockets.size, 1);
    await clock.advanceInTurns(1);
    const error = await failure;
    assert.deepEqual([error.kind, error.phase], ["timeout", phase]);
    await socketsClose(things);
  });
}

test("the deadline ends a connect without an answer and destroys its socket", async () => {
  const clock = new FakeClock();
  // It takes the connection and never answers the TLS handshake, without which there is no
  // connection to use.
  await using silent = await RawUpstream.open(hang);
  await using things = await testUpstream(hang, { clock, addresses: [`https://127.0.0.1:${silent.port}`] });
  const failure = things.failure({}, { deadlineMs: 300 });
  while (silent.requests.length === 0) await new Promise(setImmediate);
  await clock.advanceInTurns(300);
  const error = await failure;
  assert.deepEqual([error.kind, error.phase], ["timeout", "connect"]);
  for (const socket of silent.sockets) if (!socket.destroyed) await once(socket, "close");
});

test("a drip of bytes does not move the deadline", async () => {
  const clock = new FakeClock();
  await using things = await testUpstream(
    (socket) => {
      socket.write("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n[");
      const drip = () => socket.destroyed || socket.write(" ", () => setImmediate(drip));
      drip();
    },
    { clock },
  );
  const failure = things.failure({}, { deadlineMs: 300 });
  await requestsReach(things, 1);
  await clock.advanceInTurns(300);
  assert.equal((await failure).kind, "timeout");
  await socketsClose(things);
});

test("a client that goes away aborts its calls", async () => {
  const clock = new FakeClock();
  await using things = await testUpstream(hang, { clock });
  const request = makeRequest(clock);
  const failures = [things.failure({ path: "/a" }, { request }), things.failure({ path: "/b" }, { request })];
  await requestsReach(things, 2);
  request.deadline.end("abandoned");
  assert.deepEqual(
    (await Promise.all(failures)).map(({ kind }) => kind),
    ["abandoned", "abandoned"],
  );
  await socketsClose(things);
  assert.equal(clock.pending, 0);
});

test("a section's shorter deadline ends its call and leaves the others", async () => {
  const clock = new FakeClock();
  await using things = await testUpstream(
    (socket, request) => {
      if (request.startsWith("GET /fast")) socket.write(response(200, "{}"));
    },
    { clock },
  );
  const request = makeRequest(clock, {}, 800);
  const scope = new CallScope(request.context, 400);
  const slow = things.upstream.call(makeOperation({ path: "/slow" }), scope);
  await requestsReach(things, 1);
  const timedOut = assert.rejects(slow, { kind: "timeout" });
  await clock.advanceInTurns(400);
  await timedOut;
  assert.equal(request.deadline.ended, undefined);
  await things.call({ path: "/fast" }, { request });
});

test("a call after the end of its request is not made", async () => {
  const clock = new FakeClock();
  await using things = await testUpstream(hang, { clock });
  const request = makeRequest(clock);
  request.deadline.end("deadline");
  assert.equal((await things.failure({}, { request })).kind, "timeout");
  assert.equal((await things.failure({ method: "POST" }, { request })).kind, "timeout");
  assert.equal(things.server.connections, 0);
});

test("the machine's clock keeps the deadline to within 10 ms", async () => {
  // Without its breaker, which so many time-outs would open.
  await using things = await testUpstream(hang, { breaker: false });
  const lateness = async (deadlineMs: number, index: number): Promise<number> => {
    const startedAt = performance.now();
    // A timer beside it is as late as a busy machine makes any: what counts is what comes on top.
    const timerLate = wait(deadlineMs).then(() => performance.now() - startedAt - deadlineMs);
    const { kind } = await things.failure({ path: `/${index}` }, { deadlineMs });
    assert.equal(kind, "timeout");
    const late = performance.now() - startedAt - deadlineMs;
    assert.ok(late >= -1.5, `${deadlineMs} ms: ended ${-late} ms early`);
    return late - Math.max(0, await timerLate);
  };
  // The machine may stop the process between the two in one round, never in all.
  const best = DEADLINES_MS.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < 5; round += 1) {
    const late = await Promise.all(DEADLINES_MS.map(lateness));
    for (const [index, ms] of late.entries()) best[index] = Math.min(best[index] ?? ms, ms);
  }
  for (const ms of best) assert.ok(ms < 10, `${best.join(", ")} ms later than a timer`);
});

test("a deadline is never later than its parent's, and ends with it", async () => {
  const clock = new FakeClock();
  const parent = new TimedDeadline(clock, 100);
  const child = new TimedDeadline(clock, 400, parent);
  assert.equal(child.remainingMs(), 100);
  const heard: string[] = [];
  child.add({ onEnd: (cause) => heard.push(cause) });
  await clock.advanceInTurns(100);
  assert.deepEqual(
    [heard, child.ended, child.remainingMs(), clock.pending],
    [["deadline"], "deadline", 0, 0],
  );
  child.end("abandoned");
  assert.deepEqual(heard, ["deadline"]);
});

test("the same GET twice in one request is one call, the same POST is two", async () => {
  await using things = await testUpstream((socket) => socket.write(response(200, '{"n":1}')));
  const request = makeRequest(new FakeClock());
  const [first, second] = await Promise.all([things.call({}, { request }), things.call({}, { request })]);
  const later = await things.call({}, { request });
  assert.equal(first, second);
  assert.equal(first, later);
  assert.equal(things.server.requests.length, 1);
  assert.equal(request.context.upstreamCalls, 1);
  await things.call({ method: "POST" }, { request });
  await things.call({ method: "POST" }, { request });
  assert.equal(things.server.requests.length, 3);
  request.deadline.dispose();
});

test("a call leaves no listener behind, however it ends", async () => {
  const clock = new FakeClock();
  await using things = await testUpstream(
    (socket, request) => {
      if (request.startsWith("GET /ok")) socket.write(response(200, "{}"));
      else if (request.startsWith("GET /bad")) socket.write(response(500, "{}"));
      else socket.resetAndDestroy();
    },
    { clock, retry: false },
  );
  const deadline = new CountingDeadline();
  const caller = { userId: "7", requestId: "r", traceId: "0".repeat(31) + "1", traceFlags: "00" };
  const request = new RequestContext({ caller, deadline, clock, random: () => 0.5 });
  const call = (path: string) =>
    things.upstream.call(makeOperation({ path, method: "POST" }), new CallScope(request));
  await Promise.allSettled(["/reset", "/also-reset"].map(call));
  const get = (path: string) => things.upstream.call(makeOperation({ path }), new CallScope(request));
  await Promise.allSettled(["/ok", "/bad", "/reset"].map(get));
  assert.ok(deadline.added >= 5);
  assert.equal(deadline.listeners.size, 0);
});

/** A deadline that never comes, and knows who waits for it. */
class CountingDeadline implements Deadline {
  readonly listeners = new Set<EndListener>();
  readonly ended = undefined;
  added = 0;

  remainingMs(): number {
    return 800;
  }

  add(listener: EndListener): void {
    this.added += 1;
    this.listeners.add(listener);
  }

  remove(listener: EndListener): void {
    this.listeners.delete(listener);
  }
}
