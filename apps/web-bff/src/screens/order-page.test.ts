import assert from "node:assert/strict";
import { test } from "node:test";
import { replacesBody } from "@triptych/domain-clients/testing";
import { startApp } from "../testing/start-app.ts";

const ORDER = "/web/orders/ord_placed";
const euros = (amount: number) => ({ amount, currency: "EUR" });
const LINE = { productId: "lamp", title: "Lamp", quantity: 3, unitPrice: euros(3_699) };

for (const [what, line, discount, shown] of [
  ["a discount", { ...LINE, discount: euros(813), lineTotal: euros(10_284) }, euros(813), "Discount -€8.13"],
  ["a discount of nothing", { ...LINE, discount: euros(0), lineTotal: euros(11_097) }, null, undefined],
  ["no discount", { ...LINE, lineTotal: euros(11_097) }, null, undefined],
] as const) {
  test(`a line with ${what} adds up for whoever reads it`, async (t) => {
    const { ask, services } = await startApp(t);
    services.orders.behave(replacesBody((order) => ({ ...order, lines: [line] })));
    const { order } = JSON.parse((await ask(ORDER)).text);
    assert.deepEqual(order.lines, [{ ...line, discount }]);
    const { text } = await ask(ORDER, { headers: { accept: "text/html" } });
    const [, note] = /<small>(.*?)<\/small>/.exec(text) ?? [];
    assert.equal(note, shown);
    const { quantity, unitPrice, lineTotal } = order.lines[0];
    assert.equal(quantity * unitPrice.amount - (order.lines[0].discount?.amount ?? 0), lineTotal.amount);
  });
}
