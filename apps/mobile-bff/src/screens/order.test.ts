import assert from "node:assert/strict";
import { test } from "node:test";
import { replacesBody } from "@triptych/domain-clients/testing";
import { startApp } from "../testing/start-app.ts";
import { order } from "./order.ts";

test("answers an order with its day and total as text", async (t) => {
  const { ask, services } = await startApp(t);
  const { status, text, bytes } = await ask("/mobile/orders/ord_placed");
  assert.equal(status, 200);
  assert.deepEqual(JSON.parse(text), {
    order: {
      id: "ord_placed",
      number: "SO-ord_placed",
      status: "placed",
      placed: "12 Nov 2026",
      total: "€123.45",
      lines: [
        { title: "Lamp", quantity: 2 },
        { title: "Candle", quantity: 1 },
      ],
      canCancel: true,
    },
    degraded: [],
  });
  assert.ok(bytes.length <= order.budget.bytes);
  assert.equal(services.received().length, order.budget.upstreamCalls);
});

for (const [user, id, placed, total] of [
  ["grace", "ord_grace", "Nov 12, 2026", "€123.45"],
  // It is tomorrow there already.
  ["hanako", "ord_yen", "2026年11月13日", "￥1,320"],
  ["layla", "ord_layla", "١٣ نوفمبر ٢٠٢٦", "\u200f١٢٣٫٤٥\u00a0€"],
  ["klingon", "ord_klingon", "12 Nov 2026", "€123.45"],
  ["bare", "ord_bare", "12 Nov 2026", "€123.45"],
  ["hostile", "ord_hostile", "12 Nov 2026", "€123.45"],
] as const) {
  test(`writes ${user}'s order for their locale and time zone`, async (t) => {
    const { ask } = await startApp(t);
    const { text } = await ask(`/mobile/orders/${id}`, { user });
    assert.partialDeepStrictEqual(JSON.parse(text), { order: { placed, total } });
    assert.deepEqual(Object(JSON.parse(text)).degraded, []);
  });
}

for (const [status, shown, canCancel] of [
  ["placed", "placed", true],
  ["paid", "paid", true],
  ["packed", "packed", true],
  ["shipped", "shipped", false],
  ["delivered", "delivered", false],
  ["cancelled", "cancelled", false],
  ["returned", "returned", false],
  ["teleported", "unknown", false],
] as const) {
  test(`an order that is ${status} ${canCancel ? "can" : "cannot"} be cancelled`, async (t) => {
    const { ask, services } = await startApp(t);
    services.orders.behave(replacesBody((body) => ({ ...body, status })));
    const { text } = await ask("/mobile/orders/ord_placed");
    assert.partialDeepStrictEqual(JSON.parse(text), { order: { status: shown, canCancel } });
    assert.deepEqual(JSON.parse(text).degraded, []);
  });
}

test("another user's order cannot be told from one that is not there", async (t) => {
  const { ask } = await startApp(t);
  const others = await ask("/mobile/orders/ord_placed", { user: "grace" });
  const missing = await ask("/mobile/orders/ord_missing", { user: "grace" });
  assert.equal(others.status, 404);
  const anonymous = (text: string): object => ({ ...Object(JSON.parse(text)), instance: "" });
  assert.deepEqual(anonymous(others.text), anonymous(missing.text));
});
