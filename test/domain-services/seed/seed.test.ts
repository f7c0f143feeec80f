import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, before, describe, it } from "node:test";
import { contentHash } from "../testing/content-hash.ts";
import { DRAWINGS } from "../service/pictures.ts";
import { generateArticles } from "./articles.ts";
import { pristineData } from "../testing/pristine-data.ts";
import { text } from "../service/database.ts";

/**
 * After an intended change of the data, raise DATA_VERSION, so that all files are replaced, and put
 * the new hashes here.
 */
const HASHES = {
  users: "a8ac5f9f44a4cf84",
  orders: "beaa23e6023251c6",
  recommendations: "f1dbf6c8d6e90b0c",
  catalog: "54561919f854c4ed",
};

const count = (database: DatabaseSync, from: string): number => {
  const row = database.prepare(`SELECT COUNT(*) AS n FROM ${from}`).get();
  return Number(row?.["n"]);
};
const values = (database: DatabaseSync, query: string): string[] =>
  database
    .prepare(query)
    .all()
    .map((row) => text(row, "value"));

describe("the sample data", () => {
  let directory: string;
  let users: DatabaseSync;
  let orders: DatabaseSync;
  let catalog: DatabaseSync;
  before(async () => {
    directory = await pristineData();
    const open = (name: string): DatabaseSync =>
      new DatabaseSync(join(directory, `${name}.sqlite`), { readOnly: true });
    users = open("users");
    orders = open("orders");
    catalog = open("catalog");
  });
  after(() => {
    for (const database of [users, orders, catalog]) database.close();
  });

  it("is the same on every machine and in every run", () => {
    const made = Object.fromEntries(Object.keys(HASHES).map((name) => [name, contentHash(directory, name)]));
    assert.deepEqual(made, HASHES);
  });

  it("has as many users, products and orders as the demos need", () => {
    assert.ok(count(users, "users") >= 2_000);
    assert.equal(count(users, "users WHERE id = '1' OR id = '2000'"), 2);
    assert.ok(count(catalog, "products") >= 100);
    assert.ok(count(orders, "orders") >= 20_000);
    assert.equal(count(orders, "orders WHERE id NOT IN (SELECT order_id FROM order_lines)"), 0);
    assert.equal(
      count(orders, "(SELECT order_id FROM order_lines GROUP BY order_id HAVING COUNT(*) > 6)"),
      0,
    );
  });

  it("has orders over three years that end at the reference date, none in the future", () => {
    assert.deepEqual(
      values(orders, "SELECT DISTINCT substr(placed_at, 1, 4) AS value FROM orders ORDER BY 1"),
      ["2023", "2024", "2025", "2026"],
    );
    assert.equal(count(orders, "orders WHERE placed_at > '2026-11-20T12:00:00.000Z'"), 0);
    assert.equal(
      count(orders, "orders WHERE updated_at > '2026-11-20T12:00:00.000Z' OR updated_at < placed_at"),
      0,
    );
  });

  it("has users without orders, with one, and with very many", () => {
    const withOrders = new Set(values(orders, "SELECT DISTINCT user_id AS value FROM orders"));
    const without = values(users, "SELECT id AS value FROM users").filter((id) => !withOrders.has(id));
    assert.ok(without.length >= 24, `${without.length} users have no order`);
    assert.ok(without.includes("8"));
    assert.equal(count(orders, "orders WHERE user_id = '9'"), 1);
    assert.ok(count(orders, "(SELECT user_id FROM orders GROUP BY user_id HAVING COUNT(*) >= 60)") >= 5);
    assert.ok(count(orders, "orders WHERE user_id = '7'") >= 50);
    assert.ok(
      count(orders, "order_lines WHERE order_id IN (SELECT id FROM orders WHERE user_id = '7')") >= 200,
    );
  });

  it("has money that adds up, in one currency per order", () => {
    assert.equal(
      count(orders, "order_lines WHERE line_total <> quantity * unit_price - discount OR line_total < 0"),
      0,
    );
    assert.equal(
      count(
        orders,
        `orders WHERE subtotal <> (SELECT SUM(line_total) FROM order_lines WHERE order_id = orders.id)
           OR total <> subtotal + shipping_cost + tax
           OR ABS(tax - (SELECT SUM(line_total * tax_rate) FROM order_lines WHERE order_id = orders.id)) > 3`,
      ),
      0,
    );
  });

  it("sells in euros, to everyone and for less than before", () => {
    const currencies = "SELECT DISTINCT currency AS value FROM";
    assert.deepEqual(values(orders, `${currencies} orders`), ["EUR"]);
    assert.deepEqual(values(catalog, `${currencies} products`), ["EUR"]);
    assert.deepEqual(values(users, `${currencies} users`), ["EUR"]);
    assert.equal(count(catalog, "products WHERE list_price_amount <= price_amount"), 0);
    assert.ok(count(catalog, "products WHERE list_price_amount IS NOT NULL") > 20);
  });

  it("has goods whose words belong together, in four languages and more", () => {
    const articles = generateArticles();
    assert.equal(new Set(articles.map(({ title }) => title)).size, articles.length);
    assert.equal(new Set(articles.map(({ about }) => about)).size, articles.length);
    for (const [language, atLeast] of Object.entries({ en: 70, de: 10, ja: 8, ar: 6 })) {
      const spoken = articles.filter((article) => article.language === language);
      assert.ok(spoken.length >= atLeast, `${spoken.length} in ${language}`);
    }
    for (const { id, title, subtitle, brand, about, drawing, hue, euroCents } of articles) {
      for (const text of [title, subtitle, brand, about])
        assert.ok(text.trim() !== "" && text === text.trim(), id);
      assert.ok(about.length > 60, `${id}: ${about}`);
      assert.ok(DRAWINGS.has(drawing), `${id}: there is no drawing '${drawing}'`);
      assert.ok(hue >= 0 && hue < 360 && euroCents > 100, id);
    }
    const drawn = new Set(articles.map(({ drawing }) => drawing));
    assert.deepEqual(
      [...DRAWINGS.keys()].filter((name) => !drawn.has(name)),
      [],
    );
    const sizes = values(catalog, "SELECT description AS value FROM products").map((each) =>
      Buffer.byteLength(each),
    );
    assert.ok(Math.min(...sizes) > 400 && Math.max(...sizes) < 2_000, "about 1 kB, as the contract says");
  });

  it("has a status that fits the shipment and the payment", () => {
    const shipped = "id IN (SELECT order_id FROM shipments)";
    assert.equal(
      count(orders, `orders WHERE status IN ('placed', 'paid', 'packed', 'cancelled') AND ${shipped}`),
      0,
    );
    assert.equal(
      count(orders, `orders WHERE status IN ('shipped', 'delivered', 'returned') AND NOT ${shipped}`),
      0,
    );
    assert.equal(count(orders, "orders WHERE status = 'placed' AND payment_captured_at IS NOT NULL"), 0);
    assert.equal(count(orders, "orders WHERE (payment_method = 'card') <> (payment_last4 IS NOT NULL)"), 0);
    for (const status of ["placed", "paid", "packed", "shipped", "delivered", "cancelled", "returned"]) {
      assert.ok(count(orders, `orders WHERE status = '${status}'`) >= 20, `orders that are ${status}`);
    }
  });

  it("gives the users of the demos a newest order that can be cancelled", () => {
    for (const userId of ["1", "2", "3", "4", "5", "6", "7", "10", "11", "12", "13", "14", "15"]) {
      const newest = orders
        .prepare("SELECT status FROM orders WHERE user_id = ? ORDER BY placed_at DESC")
        .get(userId);
      assert.ok(
        newest !== undefined && ["placed", "paid", "packed"].includes(text(newest, "status")),
        `user ${userId}`,
      );
    }
  });

  it("has a few orders of products that the catalog no longer has", () => {
    const known = new Set(values(catalog, "SELECT id AS value FROM products"));
    const gone = values(orders, "SELECT product_id AS value FROM order_lines").filter((id) => !known.has(id));
    const share = gone.length / count(orders, "order_lines");
    assert.ok(share > 0.001 && share < 0.05, `${share} of the lines`);
  });

  it("has what breaks naive escaping and formatting", () => {
    assert.equal(count(catalog, "products WHERE title LIKE '%<script>%'"), 1);
    assert.ok(count(catalog, "products WHERE title LIKE '%''%'") > 1);
    assert.ok(count(users, "users WHERE family_name LIKE '%''%'") > 10);
    assert.equal(count(users, "users WHERE id = '12' AND display_name = 'Siobhán O''Brien'"), 1);
    assert.ok(count(users, "users WHERE locale IS NULL AND time_zone IS NULL") >= 10);
    assert.ok(count(users, "users WHERE locale = 'tlh-KL'") >= 3);
    for (const [script, letters] of [
      ["Han", /\p{Script=Han}/u],
      ["Arabic", /\p{Script=Arabic}/u],
      ["Cyrillic", /\p{Script=Cyrillic}/u],
      ["Greek", /\p{Script=Greek}/u],
      ["Hebrew", /\p{Script=Hebrew}/u],
      ["Hangul", /\p{Script=Hangul}/u],
    ] as const) {
      assert.ok(
        values(users, "SELECT display_name AS value FROM users").some((name) => letters.test(name)),
        script,
      );
    }
  });

  it("has a few products with only small images, so that no rule can rely on a large one", () => {
    assert.ok(
      count(catalog, "products WHERE id NOT IN (SELECT product_id FROM product_images WHERE width >= 480)") >=
        3,
    );
  });
});
