import assert from "node:assert/strict";
import { test } from "node:test";
import { replacesBody } from "@triptych/domain-clients/testing";
import type { TestContext } from "node:test";
import { startApp } from "../testing/start-app.ts";

const PLACEHOLDER = "/media/placeholder.svg";
const GOOD = "https://images.example/good.webp";
const OVER_HTTP = "http://images.example/plain.webp";

/**
 * The app, where every picture of every service has one of these addresses, the first ones first.
 */
async function startWith(t: TestContext, addresses: readonly string[], env: Record<string, string> = {}) {
  const app = await startApp(t, env);
  const [small = "", medium = "", large = ""] = addresses;
  app.services.users.behave(replacesBody((user) => ({ ...user, avatar: { small, medium, large } })));
  const images = addresses.map((url, index) => ({ url, width: 480 + index, height: 480 }));
  const pictured = (product: unknown) => Object.assign({}, product, { images });
  app.services.catalog.behave(
    replacesBody(({ products, ...one }) =>
      Array.isArray(products) ? { products: products.map(pictured) } : pictured(one),
    ),
  );
  return async (path: string) => {
    const { status, text } = await app.ask(path, { headers: { accept: "application/json" } });
    assert.equal(status, 200, text);
    const { degraded, ...answer } = JSON.parse(text);
    assert.deepEqual(degraded, []);
    return answer;
  };
}

const CASES: readonly [what: string, addresses: string[], sent: string, env?: Record<string, string>][] = [
  ["only unsafe ones", ["javascript:alert(1)", "data:,x", "//evil.example/x"], PLACEHOLDER],
  ["a safe one after an unsafe one", ["a b", "JavaScript:alert(1)", GOOD], GOOD],
  ["http: in production", [OVER_HTTP, OVER_HTTP, OVER_HTTP], PLACEHOLDER],
  ["http: in development", [OVER_HTTP, OVER_HTTP, OVER_HTTP], OVER_HTTP, { NODE_ENV: "development" }],
];

for (const [what, addresses, sent, env] of CASES) {
  test(`sends only addresses that browsers may load, given ${what}`, async (t) => {
    const ask = await startWith(t, addresses, env);
    const home = await ask("/web/home-page");
    assert.equal(home.profile.avatarUrl, sent);
    assert.notEqual(home.recommendations.length, 0);
    for (const { imageUrl } of home.recommendations) assert.equal(imageUrl, sent);
    const { products } = await ask("/web/orders/ord_placed");
    assert.notEqual(products.length, 0);
    for (const { imageUrl } of products) assert.equal(imageUrl, sent);
    const { product, alsoBought } = await ask("/web/products/lamp");
    for (const { url } of product.images) assert.equal(url, sent);
    assert.notEqual(product.images.length, 0);
    for (const { imageUrl } of alsoBought) assert.equal(imageUrl, sent);
  });
}
