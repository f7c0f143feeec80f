import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { homePage } from "@triptych/web-bff/screens/home-page.ts";
import { orderPage } from "@triptych/web-bff/screens/order-page.ts";
import { productPage } from "@triptych/web-bff/screens/product-page.ts";
import { sample } from "./databases/sample.ts";
import { SERVICES, startSystem } from "./system/start.ts";
import type { System } from "./system/start.ts";

/** Another run's lots, to repeat it. */
const seed = process.env["SAMPLE_SEED"] ?? randomBytes(4).toString("hex");

type Visit = { readonly user: string; readonly path: string };

/** The order of each user with most lines, and those with most lines of all. */
const LARGEST_ORDERS = `
  SELECT id FROM orders.orders AS mine WHERE user_id = :user
  ORDER BY (SELECT count(*) FROM orders.order_lines WHERE order_id = mine.id) DESC, id LIMIT 1`;
const LARGEST_ORDERS_OF_ALL = `
  SELECT user_id || '/' || id FROM orders.orders AS any_order
  ORDER BY (SELECT sum(length(title) + 100) FROM orders.order_lines WHERE order_id = any_order.id) DESC, id LIMIT 20`;
const LONGEST_PRODUCTS = `
  SELECT id FROM catalog.products AS product ORDER BY length(description) + 100 * (
    SELECT count(*) FROM catalog.product_images WHERE product_id = product.id
  ) DESC, id LIMIT 20`;

describe(`what the screens cost on the sample data (SAMPLE_SEED=${seed})`, () => {
  let system: System;
  let users: readonly string[];
  before(async () => {
    system = await startSystem();
    users = sample(system.databases.texts("SELECT DISTINCT user_id FROM orders.orders"), 20, seed);
  });
  after(() => system.stop());

  const screens = [
    { screen: homePage, visits: (): Visit[] => users.map((user) => ({ user, path: "/web/home-page" })) },
    {
      screen: orderPage,
      visits: (): Visit[] => {
        const { databases } = system;
        const own = users.flatMap((user) =>
          databases.texts(LARGEST_ORDERS, { user }).map((order) => ({ user, path: `/web/orders/${order}` })),
        );
        const largest = databases.texts(LARGEST_ORDERS_OF_ALL).map((owned) => {
          const [user = "", order = ""] = owned.split("/");
          return { user, path: `/web/orders/${order}` };
        });
        return [...own, ...largest];
      },
    },
    {
      screen: productPage,
      visits: (): Visit[] => {
        const products = system.databases.texts(LONGEST_PRODUCTS);
        return users.map((user, index) => ({ user, path: `/web/products/${products[index] ?? ""}` }));
      },
    },
  ];

  for (const { screen, visits } of screens) {
    it(`${screen.name}: at most ${screen.budget.upstreamCalls} upstream calls and ${screen.budget.bytes} bytes`, async (t) => {
      let mostCalls = 0;
      let mostBytes = 0;
      const all = visits();
      assert.ok(all.length >= 20);
      for (const { user, path } of all) {
        await system.forgetCalls();
        const { status, text } = await system.web.ask(path, { user });
        assert.equal(status, 200);
        const calls = await Promise.all(SERVICES.map((name) => system.services[name].calls()));
        mostCalls = Math.max(mostCalls, calls.flat().length);
        const bytes = Buffer.byteLength(text);
        mostBytes = Math.max(mostBytes, bytes);
        assert.ok(
          calls.flat().length <= screen.budget.upstreamCalls,
          `${path}: ${calls.flat().length} calls`,
        );
        assert.ok(bytes <= screen.budget.bytes, `${path}: ${bytes} bytes`);
      }
      t.diagnostic(`most: ${mostCalls} calls, ${mostBytes} bytes`);
      assert.ok(mostCalls > 0 && mostBytes > 0);
      assert.equal(
        mostCalls,
        screen.budget.upstreamCalls,
        "the budget is what a page really needs, and no more",
      );
    });
  }
});
