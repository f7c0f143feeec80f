import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import * as fc from "fast-check";
import { Problem } from "../service/reply.ts";
import { at, listAt, numberAt, textAt } from "../testing/json.ts";
import { startUnderTest } from "../testing/service-under-test.ts";
import type { ServiceUnderTest } from "../testing/service-under-test.ts";
import { fromCursor, ordersService, toCursor } from "./main.ts";

const idsOf = (text: string): string[] => listAt(text, "orders").map((order) => textAt(order, "id"));

describe("the orders service", () => {
  let orders: ServiceUnderTest;
  let database: DatabaseSync;
  before(async () => {
    orders = await startUnderTest(ordersService);
    database = new DatabaseSync(join(orders.dataDir, "orders.sqlite"));
  });
  after(async () => {
    database.close();
    await orders.stop();
  });

  const storedIds = (userId: string): unknown[] =>
    database
      .prepare("SELECT id FROM orders WHERE user_id = ? ORDER BY placed_at DESC, id DESC")
      .all(userId)
      .map((row) => row["id"]);
  const walk = async (userId: string, limit: number): Promise<string[]> => {
    const seen: string[] = [];
    let cursor: unknown = "";
    do {
      const query = cursor === "" ? "" : `&cursor=${encodeURIComponent(String(cursor))}`;
      const page = await orders.call(userId, `/orders?limit=${limit}${query}`);
      assert.equal(page.status, 200);
      seen.push(...idsOf(page.text));
      cursor = at(page.text, "nextCursor");
    } while (cursor !== null);
    return seen;
  };

  it("pages through a user's orders, newest first, each once, whatever the limit", async () => {
    const expected = storedIds("7");
    assert.ok(expected.length >= 50);
    for (const limit of [1, 7, 20, 64, 100])
      assert.deepEqual(await walk("7", limit), expected, `limit ${limit}`);
  });

  it("answers 20 orders without a limit", async () => {
    assert.equal(idsOf((await orders.call("7", "/orders")).text).length, 20);
  });

  it("ends with a null cursor if the last page is exactly full", async () => {
    const count = storedIds("1").length;
    assert.equal(at((await orders.call("1", `/orders?limit=${count}`)).text, "nextCursor"), null);
  });

  it("answers an empty page to a user without orders and to an unknown user", async () => {
    for (const userId of ["8", "unknown"]) {
      assert.deepEqual(JSON.parse((await orders.call(userId, "/orders")).text), {
        orders: [],
        nextCursor: null,
      });
    }
  });

  it("neither repeats nor skips an order if a newer one arrives between two pages", async () => {
    const first = await orders.call("1", "/orders?limit=2");
    const expected = storedIds("1").slice(2, 4);
    assert.equal(expected.length, 2);
    database.exec(`
      INSERT INTO orders SELECT 'ord_brandnew', user_id, 'SO-2026-999999', status, '2026-11-20T11:59:59.999Z', updated_at, currency,
        subtotal, shipping_cost, tax, total, payment_method, payment_last4, payment_captured_at, fraud_score, cancel_reason
      FROM orders WHERE user_id = '1' LIMIT 1`);
    const second = await orders.call("1", `/orders?limit=2&cursor=${String(at(first.text, "nextCursor"))}`);
    assert.deepEqual(idsOf(second.text), expected);
    assert.equal(idsOf((await orders.call("1", "/orders?limit=1")).text)[0], "ord_brandnew");
  });

  for (const query of ["limit=0", "limit=101", "limit=1e1", "limit=5&limit=5", "cursor=nonsense"]) {
    it(`refuses ?${query} with 400`, async () => {
      assert.equal((await orders.call("7", `/orders?${query}`)).status, 400);
    });
  }

  it("refuses another user's cursor", async () => {
    const cursor = String(at((await orders.call("7", "/orders?limit=5")).text, "nextCursor"));
    assert.equal((await orders.call("7", `/orders?cursor=${cursor}`)).status, 200);
    assert.equal((await orders.call("1", `/orders?cursor=${cursor}`)).status, 400);
    assert.equal((await orders.call("7", `/orders?cursor=${cursor}A`)).status, 400);
  });

  it("takes no cursor that it did not make", () => {
    const position = { placedAt: "2026-01-01T00:00:00.000Z", id: "ord_1" };
    assert.deepEqual(fromCursor("7", toCursor("7", position)), position);
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.base64String(),
          fc.string().map((made) => Buffer.from(made).toString("base64url")),
        ),
        (cursor) => {
          assert.throws(
            () => fromCursor("7", cursor),
            (error) => error instanceof Problem && error.status === 400,
          );
        },
      ),
    );
  });

  it("answers another user's order exactly like one that does not exist", async () => {
    const [theirs] = storedIds("1");
    const other = await orders.call("2", `/orders/${String(theirs)}`);
    const missing = await orders.call("2", "/orders/ord_000000000000");
    const varying = ({ headers: { date: _date, ...headers }, status, text }: typeof other): unknown => ({
      headers,
      status,
      text,
    });
    assert.equal(other.status, 404);
    assert.deepEqual(varying(other), varying(missing));
  });

  it("answers the values in the database", async () => {
    for (const row of database
      .prepare("SELECT * FROM orders WHERE user_id IN ('3', '7', '13') LIMIT 40")
      .all()) {
      const body = (await orders.call(String(row["user_id"]), `/orders/${String(row["id"])}`)).text;
      for (const [path, column] of [
        ["number", "number"],
        ["status", "status"],
        ["placedAt", "placed_at"],
        ["subtotal.amount", "subtotal"],
        ["shippingCost.amount", "shipping_cost"],
        ["tax.amount", "tax"],
        ["total.amount", "total"],
        ["total.currency", "currency"],
        ["payment.method", "payment_method"],
        ["payment.last4", "payment_last4"],
        ["payment.capturedAt", "payment_captured_at"],
        ["fraudScore", "fraud_score"],
        ["updatedAt", "updated_at"],
      ] as const) {
        assert.equal(at(body, path), row[column], path);
      }
      const lines = database
        .prepare("SELECT * FROM order_lines WHERE order_id = ? ORDER BY position")
        .all(String(row["id"]));
      assert.deepEqual(
        listAt(body, "lines").map((line) => [
          textAt(line, "productId"),
          textAt(line, "title"),
          numberAt(line, "quantity"),
          numberAt(line, "lineTotal.amount"),
        ]),
        lines.map((line) => [line["product_id"], line["title"], line["quantity"], line["line_total"]]),
      );
      const shipment = database.prepare("SELECT * FROM shipments WHERE order_id = ?").get(String(row["id"]));
      assert.equal(at(body, "shipment.trackingNumber"), shipment?.["tracking_number"]);
    }
  });
});
