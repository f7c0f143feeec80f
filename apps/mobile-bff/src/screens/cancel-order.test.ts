import assert from "node:assert/strict";
import { test } from "node:test";
import { cutsBody, fails, hangs } from "@triptych/domain-clients/testing";
import { startApp } from "../testing/start-app.ts";
import type { AppUnderTest } from "@triptych/domain-clients/testing";

const KEY = "key-12345678";

function cancel({ ask }: AppUnderTest, id: string, user = "ada") {
  return ask(`/mobile/orders/${id}/cancel`, {
    user,
    method: "POST",
    headers: { "content-type": "application/json; charset=utf-8", "idempotency-key": KEY },
    body: '{"reason":"found_cheaper"}',
  });
}

test("answers the order as it is after the cancellation, and is not to be kept", async (t) => {
  const app = await startApp(t);
  const { status, headers, text } = await cancel(app, "ord_placed");
  assert.equal(status, 200);
  assert.equal(headers["cache-control"], "private, no-store");
  assert.equal(headers["etag"], undefined);
  assert.deepEqual(JSON.parse(text), {
    order: {
      id: "ord_placed",
      number: "SO-ord_placed",
      status: "cancelled",
      placed: "12 Nov 2026",
      total: "€123.45",
      lines: [
        { title: "Lamp", quantity: 2 },
        { title: "Candle", quantity: 1 },
      ],
      canCancel: false,
    },
    degraded: [],
  });
  const [call, ...others] = app.services.orders.received;
  assert.deepEqual(others, []);
  assert.equal(call?.body, '{"reason":"found_cheaper"}');
  assert.equal(call.headers["idempotency-key"], KEY);
});

for (const [how, behaviour] of [
  ["fails with 503", fails(503)],
  ["fails with 502", fails(502)],
] as const) {
  test(`tries once more, under the same key, when the service ${how}`, async (t) => {
    const app = await startApp(t);
    app.services.orders.behave(behaviour, { times: 1 });
    assert.equal((await cancel(app, "ord_placed")).status, 200);
    assert.deepEqual(
      app.services.orders.received.map(({ headers }) => headers["idempotency-key"]),
      [KEY, KEY],
    );
  });

  test(`gives up after that when the service still ${how}`, async (t) => {
    const app = await startApp(t);
    app.services.orders.behave(behaviour);
    const { status, text } = await cancel(app, "ord_placed");
    assert.equal(status, 503);
    assert.partialDeepStrictEqual(JSON.parse(text), {
      type: "/problems/upstream-unavailable",
      section: "order",
      upstream: "orders",
    });
    assert.equal(app.services.orders.received.length, 2);
  });
}

test("does not try again what was answered by half: it has happened", async (t) => {
  const app = await startApp(t);
  app.services.orders.behave(cutsBody);
  assert.equal((await cancel(app, "ord_placed")).status, 503);
  assert.equal(app.services.orders.received.length, 1);
});

test("answers a time-out when the service hangs, and asks once", async (t) => {
  const app = await startApp(t);
  app.services.orders.behave(hangs);
  const answer = cancel(app, "ord_placed");
  await app.services.orders.hasReceived(1);
  await app.endedCalls.reach(1);
  app.clock.advance(800);
  const { status, text } = await answer;
  assert.equal(status, 504);
  assert.partialDeepStrictEqual(JSON.parse(text), { type: "/problems/upstream-timeout", section: "order" });
  assert.equal(app.services.orders.received.length, 1);
});

test("an order that has been sent is a conflict", async (t) => {
  const { status, text } = await cancel(await startApp(t), "ord_shipped");
  assert.equal(status, 409);
  assert.partialDeepStrictEqual(JSON.parse(text), { type: "/problems/conflict", section: "order" });
});

test("another user's order cannot be told from one that is not there", async (t) => {
  const app = await startApp(t);
  const others = await cancel(app, "ord_placed", "grace");
  const missing = await cancel(app, "ord_missing", "grace");
  assert.equal(others.status, 404);
  assert.deepEqual(anonymous(others.text), anonymous(missing.text));
});

test("is not prevented by a users service that fails, and says that the language is not the user's", async (t) => {
  const app = await startApp(t);
  app.services.users.behave(fails(500));
  const { status, text } = await cancel(app, "ord_yen", "hanako");
  assert.equal(status, 200);
  assert.partialDeepStrictEqual(JSON.parse(text), {
    order: { status: "cancelled", total: "JP¥1,320" },
    degraded: [{ section: "order", reason: "unavailable" }],
  });
});

/** The problem without the request's id. */
function anonymous(text: string): object {
  return { ...Object(JSON.parse(text)), instance: "" };
}
