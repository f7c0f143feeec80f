import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { before, describe, it } from "node:test";
import { unlessSectionIsLate } from "./testing/patience.ts";
import { expectedHomePage, expectedOrderPage, expectedProductPage, sample } from "./testing/databases.ts";
import { freshSystem } from "./testing/shared-system.ts";
import type { System } from "./testing/system.ts";

/** The seed of another run, to repeat it. */
const seed = process.env["SAMPLE_SEED"] ?? randomBytes(4).toString("hex");

/**
 * Six languages, no order, one order, 64 orders, an unknown locale, no locale, an apostrophe (see
 * the services' README).
 */
const SPECIAL_USERS = ["3", "13", "4", "5", "6", "14", "15", "8", "9", "7", "10", "11", "12"];

/** Its title contains markup. Those below are discontinued. */
const SPECIAL_PRODUCTS = ["prd_0001"];
const GONE_PRODUCT = "prd_0054";

const NEWEST_ORDERS = "SELECT id FROM orders.orders WHERE user_id = :user ORDER BY placed_at DESC LIMIT 3";
const ORDERS_WITH_GONE_PRODUCTS = `
  SELECT order_id FROM orders.order_lines WHERE product_id NOT IN (SELECT id FROM catalog.products) ORDER BY order_id`;

describe(`the web BFF's answers, compared with the four databases (SAMPLE_SEED=${seed})`, () => {
  let system: System;
  let users: readonly string[];
  before(async () => {
    system = await freshSystem();
    users = [...sample(system.databases.texts("SELECT id FROM users.users"), 20, seed), ...SPECIAL_USERS];
  });

  it("covers users without orders, without a locale, with an unknown locale, and with names in other scripts", () => {
    const { databases } = system;
    const among = (condition: string): readonly string[] =>
      databases
        .texts(`SELECT id FROM users.users AS known WHERE ${condition}`)
        .filter((id) => users.includes(id));
    assert.ok(among("NOT EXISTS (SELECT 1 FROM orders.orders WHERE user_id = known.id)").length >= 1);
    assert.ok(among("locale IS NULL").length >= 1);
    assert.ok(among("locale = 'tlh-KL'").length >= 1);
    assert.ok(among("display_name GLOB '*[Α-Ωα-ω]*'").length >= 1, "Greek");
    assert.ok(among("display_name GLOB '*[一-鿿]*'").length >= 1, "Chinese");
    assert.ok(among("display_name GLOB '*[ا-ي]*'").length >= 1, "Arabic");
  });

  it("GET /web/home-page", async () => {
    for (const user of users) {
      assert.deepEqual(
        (await unlessSectionIsLate(() => system.web.as(user).GET("/web/home-page"))).data,
        expectedHomePage(system.databases, user),
        `user ${user}`,
      );
    }
  });

  it("GET /web/orders/:orderId, for the newest orders and for orders with discontinued products", async () => {
    const { databases, web } = system;
    const orders = users.flatMap((user) =>
      databases.texts(NEWEST_ORDERS, { user }).map((order) => ({ user, order })),
    );
    assert.ok(orders.length >= 40);
    for (const order of sample(databases.texts(ORDERS_WITH_GONE_PRODUCTS), 10, seed)) {
      const [user = ""] = databases.texts("SELECT user_id FROM orders.orders WHERE id = :order", { order });
      orders.push({ user, order });
    }
    for (const { user, order } of orders) {
      assert.deepEqual(
        (await web.as(user).GET("/web/orders/{orderId}", { params: { path: { orderId: order } } })).data,
        expectedOrderPage(databases, user, order),
        `order ${order} of user ${user}`,
      );
    }
  });

  it("GET /web/products/:productId, with recommendations", async () => {
    const { databases, web } = system;
    const chosen = sample(databases.texts("SELECT id FROM catalog.products"), users.length, seed);
    const visits = users.map((user, index) => ({ user, product: chosen[index] ?? "" }));
    for (const user of users.slice(0, 10)) {
      // The best recommendation's own page: it must not recommend itself.
      const [product = ""] = databases.texts(
        "SELECT product_id FROM recommendations.ranking JOIN catalog.products ON id = product_id WHERE user_id = :user ORDER BY rank",
        { user },
      );
      if (product !== "") visits.push({ user, product });
    }
    for (const product of SPECIAL_PRODUCTS) visits.push({ user: "1", product });
    for (const { user, product } of visits) {
      const params = { path: { productId: product } };
      assert.deepEqual(
        (await unlessSectionIsLate(() => web.as(user).GET("/web/products/{productId}", { params }))).data,
        expectedProductPage(databases, user, product),
        `product ${product} for user ${user}`,
      );
    }
  });

  it("answers 404 for a discontinued product, and the same 404 for another user's order as for a missing one", async () => {
    const { databases, web } = system;
    assert.equal((await web.ask(`/web/products/${GONE_PRODUCT}`, { user: "1" })).status, 404);
    const [order = ""] = databases.texts(NEWEST_ORDERS, { user: "1" });
    const others = await web.ask(`/web/orders/${order}`, { user: "2" });
    const never = await web.ask("/web/orders/ord_never", { user: "2" });
    assert.equal(others.status, 404);
    const without = ({ text, headers }: typeof never): string =>
      text.replaceAll(String(headers["x-request-id"]), "");
    assert.equal(without(others), without(never));
  });
});
