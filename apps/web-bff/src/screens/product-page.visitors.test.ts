import assert from "node:assert/strict";
import { test } from "node:test";
import { startApp } from "../testing/start-app.ts";

const HTML = { accept: "text/html" };

test("a visitor sees a product, and no service but the catalog is asked", async (t) => {
  const { ask, services } = await startApp(t);
  const { status, headers, text } = await ask("/web/products/lamp", { user: null });
  assert.equal(status, 200);
  const { product, alsoBought, degraded } = JSON.parse(text);
  assert.deepEqual([product.id, alsoBought, degraded], ["lamp", [], []]);
  assert.equal(headers["cache-control"], "public, max-age=0, s-maxage=60");
  assert.deepEqual(
    services.received().map(({ path, headers: sent }) => [path, sent["x-user-id"], sent["txn-token"]]),
    [["/products/lamp", undefined, undefined]],
  );
});

test("a visitor's page is whole, indexable, and the same for each visitor", async (t) => {
  const { ask } = await startApp(t);
  const pages = [];
  for (let times = 0; times < 2; times += 1)
    pages.push(await ask("/web/products/lamp", { user: null, headers: HTML }));
  const [first, second] = pages.map(({ text, headers }) => {
    const nonce = /'nonce-([^']+)'/.exec(String(headers["content-security-policy"]))?.[1] ?? "";
    return text.replaceAll(nonce, "");
  });
  assert.equal(first, second);
  assert.match(first ?? "", /<h1\b/);
  assert.match(first ?? "", /<title>Lamp · /);
  assert.match(first ?? "", /href="\/auth\/login">Log in</);
  assert.equal(first?.match(/<meta property="og:(?:title|description|image)"/g)?.length, 3);
  assert.match(first ?? "", /<meta property="og:title" content="Lamp"\/>/);
  assert.match(first ?? "", /<meta property="og:image" content="https:[^"]+"\/>/);
  assert.doesNotMatch(first ?? "", /<script|noindex|Log out|We can’t show/);
  for (const { status, headers } of pages) {
    assert.equal(status, 200);
    assert.equal(headers["x-robots-tag"], undefined);
    assert.match(String(headers["cache-control"]), /^public, /);
  }
});

test("a product that is not there is a 404 for a visitor, as a page too", async (t) => {
  const { ask } = await startApp(t);
  for (const headers of [HTML, {}])
    assert.equal((await ask("/web/products/gone", { user: null, headers })).status, 404);
});

test("every other screen asks a visitor to log in, without a call", async (t) => {
  const { ask, services } = await startApp(t);
  for (const path of ["/web/home-page", "/web/orders", "/web/orders/ord_placed"]) {
    const { status, text } = await ask(path, { user: null });
    assert.deepEqual([status, JSON.parse(text).type], [401, "/problems/identity-required"], path);
    const page = await ask(path, { user: null, headers: HTML });
    assert.match(page.text, /<a href="\/web\/home-page">Log in<\/a>/);
  }
  const headers = { "content-type": "application/json", "idempotency-key": "key-12345" };
  const cancel = { method: "POST", user: null, headers, body: '{"reason":"other"}' } as const;
  assert.equal((await ask("/web/orders/ord_placed/cancel", cancel)).status, 401);
  assert.deepEqual(services.received(), []);
});

test("a user's page of the same address is theirs: it recommends, and no cache may share it", async (t) => {
  const { ask } = await startApp(t);
  await ask("/web/products/lamp", { user: null });
  const { headers, text } = await ask("/web/products/lamp", { user: "ada" });
  assert.notDeepEqual(JSON.parse(text).alsoBought, []);
  assert.equal(headers["cache-control"], "private, no-cache");
  await ask("/web/products/lamp", { user: "ada" });
  assert.deepEqual(JSON.parse((await ask("/web/products/lamp", { user: null })).text).alsoBought, []);
});
