import assert from "node:assert/strict";
import { channel } from "node:diagnostics_channel";
import { it, mock } from "node:test";
import { Fields } from "../model/fields.ts";
import { watchReads } from "./reads.ts";

const ANSWER = {
  orders: [
    { id: "1", total: { amount: 5, currency: "EUR" }, note: "long ".repeat(20) },
    { id: "2", total: { amount: 7, currency: "EUR" }, note: "" },
  ],
  "a/b": { c: [1, 2] },
  next: null,
};

it("finds out which fields of an answer are read, while it behaves like the answer", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const told: Readonly<Record<string, unknown>>[] = [];
  watchReads((seen) => void told.push({ ...seen }));
  const message = { upstream: "orders", operation: "list", section: "orders", requestId: "r", value: ANSWER };
  // The services' answers are frozen, all the way down.
  Object.freeze(ANSWER.orders);
  channel("triptych.upstream.answer").publish(message);

  const shown = message.value;
  assert.notEqual(shown, ANSWER);
  assert.ok(Array.isArray(shown.orders));
  assert.equal(shown.orders[0], shown.orders[0]);
  assert.deepEqual(
    shown.orders.map(({ id, total }) => `${id} ${total.amount}`),
    ["1 5", "2 7"],
  );
  assert.equal(JSON.stringify(shown["a/b"]), '{"c":[1,2]}');
  mock.timers.tick(1_500);
  mock.timers.reset();

  const [sent] = told;
  assert.deepEqual([sent?.["id"], sent?.["upstream"]], ["r", "orders"]);
  const fields = new Fields();
  const reader = { app: "web-bff", screen: "home-page", upstream: "orders", operation: "list" };
  fields.add(reader, "r", sent?.["field"]);
  fields.add(reader, "r", sent?.["field"]);
  const [listed] = fields.list();
  assert.equal(listed?.requests, 1, "two sections read the same answer");
  assert.deepEqual(listed?.read, ["/orders/*/id", "/orders/*/total/amount", "/a~1b/c/*"]);
  assert.deepEqual(
    listed?.unread.map(({ pointer }) => pointer),
    ["/orders/*/note", "/orders/*/total/currency", "/next"],
  );
  const bytes = JSON.stringify(ANSWER).length;
  const note = listed?.unread[0];
  assert.ok(note !== undefined && Math.abs(note.share - note.bytes / bytes) < 0.02);
});
