import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeClock, response } from "@triptych/testing";
import type { Operation } from "./operation.ts";
import { makeRequest, testUpstream } from "./testing/index.ts";

const UNSAFE = ["POST", "PUT", "PATCH", "DELETE"] as const;
const NO_CONTENT = "HTTP/1.1 204 No Content\r\n\r\n";
const KEY = { idempotencyKey: "key-0123456789" };

for (const method of UNSAFE) {
  test(`a ${method} carries its body, as the media type that the operation says`, async () => {
    await using things = await testUpstream((socket) => socket.write(response(200, "{}")));
    await things.call({ method }, { input: { body: { a: 1 } } });
    await things.call({ method, bodyType: "application/merge-patch+json" }, { input: { body: null } });
    const [plain = "", merged = ""] = things.server.requests;
    assert.match(
      plain,
      new RegExp(`^${method} /things/1 HTTP[^]*\r\ncontent-type: application/json\r\n[^]*{"a":1}$`),
    );
    assert.match(merged, /\r\ncontent-type: application\/merge-patch\+json\r\n[^]*\r\n\r\nnull$/);
  });

  test(`a failed ${method} is sent again only with an idempotency key`, async () => {
    const retry = { minBackoffMs: 1, maxBackoffMs: 1 };
    await using things = await testUpstream((socket) => socket.write(response(503, "{}")), { retry });
    assert.equal((await things.failure({ method })).status, 503);
    assert.equal((await things.failure({ method, idempotent: true }, { input: KEY })).status, 503);
    const keys = things.server.requests.map((request) => /idempotency-key: (\S+)/.exec(request)?.[1]);
    assert.deepEqual(keys, [undefined, KEY.idempotencyKey, KEY.idempotencyKey]);
  });

  test(`after a ${method} the same URL is asked again, and older answers are dropped`, async () => {
    const kept = { "cache-control": "max-age=600" };
    await using things = await testUpstream((socket, _, index) =>
      socket.write(index === 1 ? NO_CONTENT : response(200, String(index), kept)),
    );
    const get = { cache: "shared" } as const;
    assert.deepEqual([await things.call(get), await things.call(get)], [0, 0]);
    assert.equal(await things.call({ method, empty: "must" }), undefined);
    assert.equal(await things.call(get), 2);
  });
}

const ANSWERS: readonly (readonly [
  what: string,
  answer: string,
  empty: Operation<unknown>["empty"],
  value: unknown,
])[] = [
  ["a 204 where there may be no body", NO_CONTENT, "may", undefined],
  ["a 205 where there is no body", "HTTP/1.1 205 Reset\r\ncontent-length: 0\r\n\r\n", "must", undefined],
  ["a 202 of no length", "HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n", "may", undefined],
  ["JSON where there may be no body", response(200, "[]"), "may", []],
  [
    "a body that the contract knows nothing of",
    response(200, "gone", { "content-type": "text/plain" }),
    "must",
    undefined,
  ],
];

for (const [what, answer, empty, value] of ANSWERS) {
  test(`${what} is an answer, and its connection is used again`, async () => {
    await using things = await testUpstream((socket) => socket.write(answer));
    for (let made = 0; made < 10; made += 1) {
      assert.deepEqual(await things.call({ method: "DELETE", ...(empty && { empty }) }), value);
      await new Promise(setImmediate);
    }
    assert.ok(things.server.connections <= 2, `${things.server.connections}`);
  });
}

test("an endless body where none is due ends with its connection, not with the deadline", async () => {
  const clock = new FakeClock();
  const head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\n ";
  await using things = await testUpstream((socket) => socket.write(head), { clock });
  // Each turn is a millisecond of it: enough turns for the head to arrive on a busy machine.
  const request = makeRequest(clock, {}, 60_000);
  const call = things.call({ method: "PUT", empty: "must" }, { request });
  while (request.context.attempts.length === 0) {
    await clock.advanceInTurns(1);
    await new Promise(setImmediate);
  }
  assert.equal(await call, undefined);
  assert.equal(request.deadline.ended, undefined);
});

for (const status of [206, 301, 404, 500]) {
  test(`${status} is not a success where no body is due either`, async () => {
    await using things = await testUpstream((socket) => socket.write(response(status, "{}")), {
      retry: false,
    });
    assert.equal((await things.failure({ method: "DELETE", empty: "must" })).status, status);
  });
}
