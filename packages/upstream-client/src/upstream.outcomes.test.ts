import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { FAULTS, FakeClock, HEAD, RawUpstream, response, writes } from "@triptych/testing";
import type { Fault } from "@triptych/testing";
import { testUpstream } from "./testing/index.ts";

function read(body: unknown) {
  if (typeof body === "object" && body !== null && "broken" in body) {
    return { ok: false, violation: { field: "/broken", expected: "nothing broken" } } as const;
  }
  if (typeof body === "object" && body !== null && "deep" in body) throw new RangeError("stack");
  return { ok: true, value: body } as const;
}

/** Faults that this file's `read` finds. */
const CONTRACT_FAULTS: readonly Fault[] = [
  {
    name: "a broken contract",
    behave: writes(response(200, '{"broken":true}')),
    kind: "invalid",
    reason: /contract at \/broken: nothing broken/,
  },
  {
    name: "a validator out of stack",
    behave: writes(response(200, '{"deep":true}')),
    kind: "invalid",
    reason: /RangeError/,
  },
];

for (const { name, behave, kind, status, reason, isRetried = false } of [...FAULTS, ...CONTRACT_FAULTS]) {
  test(`${name} ends as ${kind}, ${isRetried ? "after a retry" : "once"}`, async () => {
    let attempts = 0;
    await using things = await testUpstream(behave, { events: { attempt: () => (attempts += 1) } });
    const error = await things.failure({ read });
    assert.equal(error.kind, kind, error.message);
    assert.match(error.message, /^things getThing: /);
    assert.equal(error.code, `UPSTREAM_${kind.toUpperCase()}`);
    if (status !== undefined) assert.equal(error.status, status);
    if (reason !== undefined) assert.match(error.message, reason);
    assert.equal(things.server.requests.length, isRetried ? 2 : 1);
    assert.equal(attempts, isRetried ? 2 : 1);
  });
}

for (const [name, handle, kind] of [
  ["a refusal", writes("HTTP/1.1 404 Not Found\r\n\r\n<"), "rejected"],
  ["an error", writes("HTTP/1.1 500 Oops\r\ntransfer-encoding: chunked\r\n\r\n1\r\n<\r\n"), "unavailable"],
  ["HTML", writes("HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n\r\n<"), "invalid"],
  ["a compressed answer", writes(`${HEAD}content-encoding: gzip\r\n\r\n<`), "invalid"],
] as const) {
  test(`${name} is decided by its head: an endless body delays no call, and its socket is closed`, async () => {
    const clock = new FakeClock();
    await using things = await testUpstream(handle, { clock });
    const failure = things.failure({}, { deadlineMs: 800 });
    while (things.server.requests.length === 0 || clock.pending < 2) await nextTurn();
    await clock.advanceInTurns(49);
    assert.equal(things.server.sockets.size, 1);
    await clock.advanceInTurns(1);
    assert.equal((await failure).kind, kind);
    assert.equal(clock.pending, 0);
    while (things.server.sockets.size > 0) await nextTurn();
  });
}

test("a small error body is read and its connection reused; a large one closes it", async () => {
  let size = 60_000;
  await using things = await testUpstream((socket) => socket.write(response(500, "x".repeat(size))), {
    clock: new FakeClock(),
  });
  const failThrice = async (): Promise<void> => {
    for (let made = 0; made < 3; made += 1) {
      await things.failure();
      await nextTurn();
    }
  };
  await failThrice();
  assert.equal(things.server.connections, 1);
  size = 70_000;
  await failThrice();
  assert.equal(things.server.connections, 3);
});

test("a refused connection ends as unavailable", async () => {
  const closed = await RawUpstream.open(() => {});
  const { origin } = closed;
  await closed[Symbol.asyncDispose]();
  await using things = await testUpstream(() => {}, { addresses: [origin] });
  const error = await things.failure();
  assert.deepEqual([error.kind, error.phase], ["unavailable", "connect"]);
  assert.match(error.message, /ECONNREFUSED/);
});

test("a name that no server knows ends as unavailable", async () => {
  await using things = await testUpstream(() => {}, { addresses: ["http://nowhere.invalid:80"] });
  assert.equal((await things.failure()).kind, "unavailable");
});

test("one or two interim responses before the answer are accepted", async () => {
  await using things = await testUpstream(
    writes("HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n".repeat(2), response(200, '{"a":1}')),
  );
  assert.deepEqual(await things.call(), { a: 1 });
});

test("no body of an upstream is quoted in an error", async () => {
  await using things = await testUpstream(writes(response(200, "secret: 4111111111111111")));
  const error = await things.failure();
  assert.ok(!error.message.includes("4111"));
  assert.equal(error.cause, undefined);
});

test("an enum value that the contract does not list is reported by field", async () => {
  const fields: string[] = [];
  await using things = await testUpstream(writes(response(200, "{}")), {
    events: {
      unknownValue: ({ upstream, operation, field }) => fields.push(`${upstream} ${operation} ${field}`),
    },
  });
  await things.call({ read: (value) => ({ ok: true, value, unknownValues: ["orders.status"] }) });
  assert.deepEqual(fields, ["things getThing orders.status"]);
});

test("a connection that brought an error is reused", async () => {
  await using things = await testUpstream(writes(response(404, "{}")));
  await things.failure();
  await new Promise(setImmediate);
  await things.failure();
  assert.equal(things.server.connections, 1);
});
