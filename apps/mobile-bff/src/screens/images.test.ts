import assert from "node:assert/strict";
import { test } from "node:test";
import { replacesBody } from "@triptych/domain-clients/testing";
import { startApp } from "../testing/start-app.ts";

test("sends a picture's next safe address, else the placeholder's, and degrades nothing", async (t) => {
  const { ask, services } = await startApp(t);
  services.users.behave(
    replacesBody((user) => ({
      ...user,
      avatar: { small: "javascript:alert(1)", medium: "https://images.example/256", large: "data:,x" },
    })),
  );
  const images = [{ url: "//evil.example/x", width: 160, height: 160 }];
  const pictured = (product: unknown) => Object.assign({}, product, { images });
  services.catalog.behave(
    replacesBody(({ products, ...one }) =>
      Array.isArray(products) ? { products: products.map(pictured) } : pictured(one),
    ),
  );
  const home = JSON.parse((await ask("/mobile/home")).text);
  assert.equal(home.profile.avatar, "https://images.example/256");
  assert.equal(home.picks.length, 4);
  for (const { image } of home.picks) assert.equal(image, "/media/placeholder.svg");
  const { product } = JSON.parse((await ask("/mobile/products/lamp")).text);
  assert.equal(product.image, "/media/placeholder.svg");
  assert.deepEqual(home.degraded, []);
});
