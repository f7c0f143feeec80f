import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { test } from "node:test";
import { response } from "@triptych/testing";
import type { RetryEvent } from "../events.ts";
import { testUpstream } from "../testing/index.ts";

const settle = () => new Promise(setImmediate);

test("a GET on an idle connection that breaks before the first byte is sent again at once, on a new one", async () => {
  const retries: RetryEvent[] = [];
  await using things = await testUpstream(
    (socket, _, index) => {
      if (index === 1) socket.resetAndDestroy();
      else socket.write(response(200, "{}"));
    },
    { events: { retry: (event) => retries.push(event) } },
  );
  await things.call();
  await settle();
  await things.call();
  assert.deepEqual(
    retries.map(({ decision }) => decision),
    ["reused-socket"],
  );
  assert.deepEqual([things.server.requests.length, things.server.connections], [3, 2]);
});

test("a connection does not run in the async context of the request that opened it", async () => {
  const requests = new AsyncLocalStorage<string>();
  const contexts: unknown[] = [];
  const onConnected = () => void contexts.push(requests.getStore());
  subscribe("undici:client:connected", onConnected);
  try {
    await using things = await testUpstream((socket) => socket.write(response(200, "{}")));
    await requests.run("the first", () => things.call());
  } finally {
    unsubscribe("undici:client:connected", onConnected);
  }
  assert.deepEqual(contexts, [undefined]);
});

test("a POST on an idle connection that breaks is not sent again", async () => {
  await using things = await testUpstream((socket, _, index) => {
    if (index === 1) socket.resetAndDestroy();
    else socket.write(response(200, "{}"));
  });
  await things.call();
  await settle();
  const error = await things.failure({ method: "POST" });
  assert.deepEqual([error.kind, error.phase], ["unavailable", "headers"]);
  assert.equal(things.server.requests.length, 2);
});

test("a GET on a new connection that is reset is not sent again at once", async () => {
  const retries: RetryEvent[] = [];
  await using things = await testUpstream((socket) => socket.resetAndDestroy(), {
    events: { retry: (event) => retries.push(event) },
  });
  await things.failure();
  assert.deepEqual(
    retries.map(({ decision }) => decision),
    ["retry"],
  );
});

test("a GET that breaks after the first bytes of its answer is not sent again at once", async () => {
  const retries: RetryEvent[] = [];
  await using things = await testUpstream(
    (socket, _, index) => {
      socket.write(index === 0 ? response(200, "{}") : "HTTP/1.1 200 O");
      if (index > 0) setImmediate(() => socket.resetAndDestroy());
    },
    { events: { retry: (event) => retries.push(event) } },
  );
  await things.call();
  await settle();
  await things.failure();
  assert.ok(!retries.some(({ decision }) => decision === "reused-socket"));
});

test("connections are reused, for one call at a time", async () => {
  await using things = await testUpstream((socket) => socket.write(response(200, "{}")));
  for (let made = 0; made < 10; made += 1) {
    await things.call();
    await settle();
  }
  assert.ok(things.server.connections <= 2, `${things.server.connections}`);
});

test("a connection that the upstream will soon close is not reused", async () => {
  await using things = await testUpstream((socket) =>
    socket.write(response(200, "{}", { "keep-alive": "timeout=1" })),
  );
  await things.call();
  await settle();
  await things.call();
  assert.equal(things.server.connections, 2);
});
