import assert from "node:assert/strict";
import { test } from "node:test";
import { replacesBody } from "@triptych/domain-clients/testing";
import { startApp } from "../testing/start-app.ts";
import { product } from "./product.ts";

test("answers a product, ready to be shown", async (t) => {
  const { ask, services } = await startApp(t);
  const { status, text, bytes } = await ask("/mobile/products/desk");
  assert.equal(status, 200);
  assert.deepEqual(JSON.parse(text), {
    product: {
      id: "desk",
      title: "Desk",
      brand: "Lux",
      price: "€499.00",
      image: "https://images.example/desk/640.webp",
      rating: 4.5,
      inStock: true,
    },
    degraded: [],
  });
  assert.ok(bytes.length <= product.budget.bytes);
  assert.equal(services.received().length, product.budget.upstreamCalls);
});

for (const [id, user, expected] of [
  ["knife", "hanako", { price: "￥1,200", title: "出刃包丁" }],
  ["dates", "ada", { price: "KWD\u00a01.234", inStock: true }],
  ["sold_out", "ada", { inStock: false }],
  ["small_image", "ada", { image: "https://images.example/small_image/160.webp" }],
  ["bare", "bare", { rating: 0, image: "https://images.example/bare.webp", inStock: true }],
] as const) {
  test(`answers ${id} to ${user}`, async (t) => {
    const { ask } = await startApp(t);
    const { text } = await ask(`/mobile/products/${id}`, { user });
    assert.partialDeepStrictEqual(JSON.parse(text), { product: { id, ...expected } });
    assert.deepEqual(Object(JSON.parse(text)).degraded, []);
  });
}

for (const [ratio, width] of [
  ["1", 640],
  ["1.7", 640],
  ["2", 1200],
  ["4", 1200],
] as const) {
  test(`fills a phone's width sharply at density ${ratio}, or as well as there are images`, async (t) => {
    const { ask } = await startApp(t);
    const { text } = await ask(`/mobile/products/lamp?dpr=${ratio}`);
    assert.partialDeepStrictEqual(JSON.parse(text), {
      product: { image: `https://images.example/lamp/${width}.webp` },
    });
  });
}

for (const [status, inStock] of [
  ["in_stock", true],
  ["low", true],
  ["out_of_stock", false],
  ["on_the_moon", false],
] as const) {
  test(`a product whose stock is ${status} ${inStock ? "can" : "cannot"} be had`, async (t) => {
    const { ask, services } = await startApp(t);
    services.catalog.behave(replacesBody((body) => ({ ...body, stock: { status } })));
    const { text } = await ask("/mobile/products/lamp");
    assert.partialDeepStrictEqual(JSON.parse(text), { product: { inStock } });
    assert.deepEqual(JSON.parse(text).degraded, []);
  });
}
