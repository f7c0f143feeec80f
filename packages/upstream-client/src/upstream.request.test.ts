import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeClock, constantRandom, response } from "@triptych/testing";
import { InvalidCallError } from "./errors.ts";
import type { CallInput } from "./operation.ts";
import { makeRequest, testUpstream } from "./testing/index.ts";

const answerEmpty = { status: 200, body: "{}" } as const;
const ok = () => response(answerEmpty.status, answerEmpty.body);

test("a GET carries the headers of the contract, HTTP's own, and nothing else", async () => {
  const clock = new FakeClock();
  await using things = await testUpstream((socket) => socket.write(ok()), { clock, identity: "signed" });
  await things.call({}, { caller: { txnToken: "eyJ0eXAi.txn.token", traceState: "a=1,b=2" } });

  const [line, ...headers] = (things.server.requests[0] ?? "").trimEnd().split("\r\n");
  assert.equal(line, "GET /things/1 HTTP/1.1");
  assert.deepEqual(headers.toSorted(), [
    "accept: application/json",
    "connection: keep-alive",
    `host: 127.0.0.1:${things.server.port}`,
    "traceparent: 00-0af7651916cd43dd8448eb211c80319c-8000000080000000-01",
    "tracestate: a=1,b=2",
    "txn-token: eyJ0eXAi.txn.token",
    "user-agent: triptych",
    "x-request-id: req-1",
    "x-request-timeout-ms: 790",
    "x-user-id: 7",
  ]);
});

test("a POST adds its content headers and, when declared idempotent, its key", async () => {
  const clock = new FakeClock();
  await using things = await testUpstream((socket) => socket.write(ok()), { clock });
  const post = { method: "POST", path: "/orders/{orderId}/cancel" } as const;
  const input = { path: { orderId: "o-1" }, body: { reason: "changed_mind" } };
  await things.call(post, { input });
  await things.call({ ...post, idempotent: true }, { input: { ...input, idempotencyKey: "key-0123456789" } });

  const [plain, declared] = things.server.requests.map((request) => request.split("\r\n"));
  const own = ["content-type: application/json", "content-length: 25"];
  assert.equal(plain?.[0], "POST /orders/o-1/cancel HTTP/1.1");
  for (const header of own) assert.ok(plain?.includes(header), header);
  assert.equal(plain?.at(-1), '{"reason":"changed_mind"}');
  assert.equal(plain?.length, 12);
  assert.ok(!plain?.some((line) => line.startsWith("idempotency-key")));
  assert.ok(declared?.includes("idempotency-key: key-0123456789"));
  assert.equal(declared?.length, 13);
});

test("each call carries the time left, less 10 ms; with no more than that, nothing is sent", async () => {
  const clock = new FakeClock();
  await using things = await testUpstream((socket) => socket.write(ok()), { clock });
  const request = makeRequest(clock, {}, 500);
  await things.call({ path: "/a" }, { request });
  await clock.advanceInTurns(200);
  await things.call({ path: "/b" }, { request });
  await clock.advanceInTurns(289.5);
  await things.call({ path: "/c" }, { request });
  await clock.advanceInTurns(0.5);
  await assert.rejects(things.call({ path: "/d" }, { request }), { kind: "timeout", phase: "queue" });
  const sent = things.server.requests.map((text) => /x-request-timeout-ms: (\d+)/.exec(text)?.[1]);
  assert.deepEqual(sent, ["490", "290", "1"]);
});

test("calls without time for an answer do not open the breaker", async () => {
  const clock = new FakeClock();
  await using things = await testUpstream((socket) => socket.write(ok()), { clock });
  for (let call = 0; call < 30; call += 1)
    assert.equal((await things.failure({}, { deadlineMs: call % 10 })).kind, "timeout");
  await things.call();
  assert.equal(things.server.requests.length, 1);
});

test("each call is a new span of the request's trace, and its id is never all zeroes", () => {
  const { context } = makeRequest(new FakeClock());
  assert.equal(
    context.traceparent(context.newSpanId()),
    "00-0af7651916cd43dd8448eb211c80319c-8000000080000000-01",
  );
  const zeroes = makeRequest(new FakeClock(), {}, 800, constantRandom(0));
  assert.equal(
    zeroes.context.traceparent(zeroes.context.newSpanId()),
    "00-0af7651916cd43dd8448eb211c80319c-0000000100000000-01",
  );
});

test("an attempt reports its span", async () => {
  await using things = await testUpstream((socket) => socket.write(ok()), { clock: new FakeClock() });
  const request = makeRequest(new FakeClock());
  await things.call({ path: "/a" }, { request });
  const [sent = ""] = things.server.requests;
  const [attempt] = request.context.attempts;
  assert.ok(attempt);
  assert.match(sent, new RegExp(`traceparent: 00-[0-9a-f]{32}-${attempt.spanId}-`));
});

const REFUSED_PARAMETERS = [
  "",
  "..",
  "a/b",
  "a%2fb",
  "..%2Fadmin",
  "a?b",
  "a#b",
  "a\\b",
  "//evil.test",
  "@evil.test",
  "a b",
  "a\r\nx: y",
  "ä",
  "a\u0000",
  "x".repeat(65),
];

for (const value of REFUSED_PARAMETERS) {
  test(`a path parameter of ${JSON.stringify(value.slice(0, 20))} is refused and nothing is sent`, async () => {
    await using things = await testUpstream((socket) => socket.write(ok()));
    const call = things.call({ path: "/orders/{orderId}" }, { input: { path: { orderId: value } } });
    await assert.rejects(call, (error) => {
      assert.ok(error instanceof InvalidCallError);
      assert.match(error.message, /path parameter orderId must match/);
      return true;
    });
    assert.equal(things.server.connections, 0);
  });
}

test("a parameter that is missing or not a string is refused", async () => {
  await using things = await testUpstream((socket) => socket.write(ok()));
  for (const path of [{}, JSON.parse('{"orderId": ["a"]}'), JSON.parse('{"orderId": 7}')]) {
    await assert.rejects(things.call({ path: "/orders/{orderId}" }, { input: { path } }), InvalidCallError);
  }
  assert.equal(things.server.connections, 0);
});

test("a number that may have been rounded is not sent, in a query or a body", async () => {
  await using things = await testUpstream((socket) => socket.write(ok()));
  await assert.rejects(things.call({}, { input: { query: { after: 9_007_199_254_740_992 } } }), {
    code: "INVALID_CALL",
    message: /after may have been rounded/,
  });
  const post = { method: "POST" } as const;
  const body = (id: number) => ({ input: { body: { lines: [{ id }] } } });
  await assert.rejects(things.call(post, body(-(2 ** 53))), {
    message: /getThing: id may have been rounded/,
  });
  await things.call({}, { input: { query: { after: Number.MAX_SAFE_INTEGER, ratio: 1.5 } } });
  await things.call(post, body(-Number.MAX_SAFE_INTEGER));
  assert.equal(things.server.requests.length, 2);
});

test("what is no number is not sent, in a query, a form or a body", async () => {
  await using things = await testUpstream((socket) => socket.write(ok()));
  const form = { method: "POST", bodyType: "application/x-www-form-urlencoded" } as const;
  for (const n of [Number.NaN, Number.POSITIVE_INFINITY]) {
    const refused = { code: "INVALID_CALL", message: `getThing: n is ${n}, which is no number to send` };
    await assert.rejects(things.call({}, { input: { query: { n } } }), refused);
    for (const operation of [{ method: "POST" } as const, form])
      await assert.rejects(things.call(operation, { input: { body: { n } } }), refused);
  }
  assert.equal(things.server.connections, 0);
});

test("query values are encoded, lists are joined by commas, undefined is left out", async () => {
  await using things = await testUpstream((socket) => socket.write(ok()));
  const query = { limit: 3, ids: ["a,b", "c&d"], q: "x y\ud800", open: true, none: undefined };
  await things.call({ path: "/p" }, { input: { query } });
  assert.match(
    things.server.requests[0] ?? "",
    /^GET \/p\?limit=3&ids=a%2Cb,c%26d&q=x%20y%EF%BF%BD&open=true /,
  );
});

const BAD_KEYS: readonly [string, CallInput, boolean | undefined][] = [
  ["a declared operation without a key", {}, true],
  ["a key that is too short", { idempotencyKey: "short" }, true],
  ["a key with a line break", { idempotencyKey: "12345678\r\nx: y" }, true],
  ["a key for an operation that is not declared", { idempotencyKey: "123456789" }, undefined],
];

for (const [name, input, idempotent] of BAD_KEYS) {
  test(`${name} is refused and nothing is sent`, async () => {
    await using things = await testUpstream((socket) => socket.write(ok()));
    const operation = { method: "POST", ...(idempotent === undefined ? {} : { idempotent }) } as const;
    await assert.rejects(things.call(operation, { input }), InvalidCallError);
    assert.equal(things.server.connections, 0);
  });
}

for (const caller of [
  { userId: "" },
  { userId: "7\r\nx-admin: 1" },
  { requestId: "ü" },
  { txnToken: " a" },
]) {
  test(`a caller of ${JSON.stringify(caller)} is refused before any call`, () => {
    assert.throws(() => makeRequest(new FakeClock(), caller), InvalidCallError);
  });
}

test("an address that is not one is refused at start-up, by name", async () => {
  for (const address of ["localhost:9001", "ftp://x", "http://x/?a", "http://u:p@x", "nonsense"]) {
    await assert.rejects(
      testUpstream(() => {}, { addresses: [address] }),
      /things: .*(expected|an address has no)/,
    );
  }
  await assert.rejects(
    testUpstream(() => {}, { addresses: [] }),
    /at least one address/,
  );
});
