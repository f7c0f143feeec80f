import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { LookupFunction } from "node:net";
import { test } from "node:test";
import { response } from "@triptych/testing";
import type { RetryEvent } from "../events.ts";
import { testUpstream } from "../testing/index.ts";
import { rememberingLookup } from "./connection.ts";

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

type Answer = string | Error;

/** A resolver that gives the next of its answers each time. */
function resolver(...answers: Answer[]): LookupFunction {
  return (_, __, callback) => {
    const answer = answers.shift();
    if (typeof answer === "string") callback(null, answer, 4);
    else callback(answer ?? new Error("asked too often"), "");
  };
}

function ask(lookup: LookupFunction, name: string): Promise<string> {
  return new Promise((resolve, reject) => {
    lookup(name, {}, (error, address) => {
      if (error === null && typeof address === "string") resolve(address);
      else reject(error ?? new Error("expected one address"));
    });
  });
}

test("the last good answer is used while the name server fails", async () => {
  const lookup = rememberingLookup(resolver("10.0.0.1", "10.0.0.2", new Error("EAI_AGAIN"), "10.0.0.3"));
  const answers: string[] = [];
  for (let asked = 0; asked < 4; asked += 1) answers.push(await ask(lookup, "things.test"));
  assert.deepEqual(answers, ["10.0.0.1", "10.0.0.2", "10.0.0.2", "10.0.0.3"]);
});

test("a name that was never found is an error", async () => {
  const lookup = rememberingLookup(resolver("10.0.0.1", new Error("ENOTFOUND")));
  await ask(lookup, "things.test");
  await assert.rejects(ask(lookup, "others.test"), /ENOTFOUND/);
});
