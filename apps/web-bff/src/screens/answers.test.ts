import assert from "node:assert/strict";
import { test } from "node:test";
import { replacesBody } from "@triptych/domain-clients/testing";
import { startApp } from "../testing/start-app.ts";
import type { AppUnderTest } from "@triptych/domain-clients/testing";

const HTML = { headers: { accept: "text/html" } };

async function json({ ask }: AppUnderTest, path: string, user = "ada"): Promise<object> {
  const { status, text } = await ask(path, { user });
  assert.equal(status, 200, text);
  return Object(JSON.parse(text));
}

test("the home page has what the design says of a user, of orders and of recommendations", async (t) => {
  const app = await startApp(t);
  const answer = await json(app, "/web/home-page");
  assert.partialDeepStrictEqual(answer, {
    profile: {
      name: "Ada L.",
      avatarUrl: "https://images.example/users/ada/256.webp",
      memberSince: "2021-03-04",
      loyaltyTier: "gold",
      loyaltyPoints: 1200,
    },
    recentOrders: [
      { id: "ord_placed", itemCount: 3, firstItemTitle: "Lamp", estimatedDelivery: null },
      { id: "ord_shipped", estimatedDelivery: "2026-11-30" },
      { id: "ord_packed" },
    ],
  });
  assert.deepEqual(Object(answer).degraded, []);
  assert.partialDeepStrictEqual(Object(answer).recommendations.slice(0, 2), [
    {
      productId: "lamp",
      imageUrl: "https://images.example/lamp/640.webp",
      price: { amount: 999, currency: "EUR" },
      because: "bought_together",
    },
    // The slot between them is of a product that is gone.
    { productId: "knife", price: { amount: 1200, currency: "JPY" }, because: "popular" },
  ]);
  assert.equal(app.services.received().length, 4);
});

test("a product's page recommends others, four at most, and never itself", async (t) => {
  const app = await startApp(t);
  const { alsoBought } = Object(await json(app, "/web/products/lamp"));
  assert.deepEqual(
    alsoBought.map(({ productId }: { productId: string }) => productId),
    ["knife", "dates", "desk"],
  );
});

test("where nothing is recommended, the catalog is asked only for the page's product", async (t) => {
  const app = await startApp(t);
  assert.deepEqual(Object(await json(app, "/web/products/lamp", "newcomer")).degraded, []);
  assert.deepEqual(
    app.services.catalog.received.map(({ path }) => path),
    ["/products/lamp"],
  );
});

test("what a contract requires no more is null, empty or left out", async (t) => {
  const app = await startApp(t);
  assert.partialDeepStrictEqual(await json(app, "/web/products/bare", "bare"), {
    product: { subtitle: null, description: "", listPrice: null, images: [{ alt: "" }] },
  });
  const { order, products } = Object(await json(app, "/web/orders/ord_bare", "bare"));
  assert.deepEqual([order.lines, order.shipment, products], [[], null, []]);
});

test("values that the contracts do not list are unknown, on the page as well", async (t) => {
  const app = await startApp(t);
  const { users, orders, catalog, recommendations } = app.services;
  users.behave(replacesBody((body) => ({ ...body, loyalty: { tier: "platinum", points: 1 } })));
  orders.behave(
    replacesBody((body) => ({ ...body, status: "teleported" })),
    { at: "/orders/ord_placed" },
  );
  catalog.behave(
    replacesBody((body) => ({ ...body, stock: { status: "on_the_moon" } })),
    { at: "/products/lamp" },
  );
  recommendations.behave(
    replacesBody((body) => ({
      ...body,
      slots: [{ rank: 1, product: { id: "desk" }, because: { kind: "astrology" } }],
    })),
  );
  const home = await json(app, "/web/home-page");
  assert.partialDeepStrictEqual(home, {
    profile: { loyaltyTier: "unknown" },
    recommendations: [{ productId: "desk", because: "unknown" }],
  });
  assert.deepEqual(Object(home).degraded, []);
  assert.partialDeepStrictEqual(await json(app, "/web/orders/ord_placed"), {
    order: { status: "unknown", canCancel: false },
  });
  assert.partialDeepStrictEqual(await json(app, "/web/products/lamp"), { product: { stock: "unknown" } });

  assert.match((await app.ask("/web/home-page", HTML)).text, /Picked for you/);
  assert.match((await app.ask("/web/orders/ord_placed", HTML)).text, /In progress/);
  assert.match((await app.ask("/web/products/lamp", HTML)).text, /Ask us whether it is in stock/);
  assert.deepEqual(app.bugs, []);
});

test("another user's order cannot be told from one that is not there", async (t) => {
  const app = await startApp(t);
  const ask = (id: string, headers = {}) => app.ask(`/web/orders/${id}`, { user: "grace", headers });
  const others = await ask("ord_placed");
  const missing = await ask("ord_missing");
  assert.equal(others.status, 404);
  const anonymous = (text: string): object => ({ ...Object(JSON.parse(text)), instance: "" });
  assert.deepEqual(anonymous(others.text), anonymous(missing.text));

  const withoutNonces = (text: string) => text.replaceAll(/nonce="[^"]*"/g, "");
  const othersPage = await ask("ord_placed", HTML.headers);
  const missingPage = await ask("ord_missing", HTML.headers);
  assert.equal(withoutNonces(othersPage.text), withoutNonces(missingPage.text));
  assert.match(othersPage.text, /We can’t find that/);
});

for (const [path, header] of [
  ["/web/home-page", "application/json"],
  ["/web/home-page", "text/html"],
  ["/web/orders/ord_placed", "application/x-ndjson"],
] as const) {
  test(`answers HEAD ${path} as ${header} with no body`, async (t) => {
    const { ask } = await startApp(t);
    const { status, headers, bytes } = await ask(path, { method: "HEAD", headers: { accept: header } });
    assert.equal(status, 200);
    assert.equal(bytes.length, 0);
    assert.ok(String(headers["content-type"]).startsWith(header));
  });
}
