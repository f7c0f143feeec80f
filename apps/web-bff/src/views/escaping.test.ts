import assert from "node:assert/strict";
import { test } from "node:test";
import { HOSTILE, pathsOf } from "@triptych/domain-clients/testing";
import { bff } from "../app.ts";
import { startApp } from "../testing/start-app.ts";

/** Every page of the user whose texts are markup, also beside a product whose texts are not. */
const PAGES = (bff.answers.screens ?? [])
  .filter(({ page }) => page !== undefined)
  .flatMap((screen) => pathsOf(bff.prefix, screen, "hostile", { productId: () => ["hostile", "lamp"] }));

/** A tag's name, with everything up to its end, quoted values included. */
const TAGS = /<[a-z](?:"[^"]*"|'[^']*'|[^>"'])*>/gi;

for (const path of PAGES) {
  for (const address of [path, `${path}${path.includes("?") ? "&" : "?"}streaming=off`]) {
    test(`${address} shows markup in texts as text`, async (t) => {
      const { ask } = await startApp(t);
      const { status, text, headers } = await ask(address, {
        user: "hostile",
        headers: { accept: "text/html" },
      });
      assert.equal(status, 200);
      const { text: data } = await ask(path, { user: "hostile" });
      if (data.includes("<script>alert("))
        assert.ok(text.includes("&lt;script>alert("), "the text is there, escaped");
      assert.ok(!text.includes(HOSTILE));
      assert.doesNotMatch(text, /<script>|<img src=x/);
      const nonce = /'nonce-([^']+)'/.exec(String(headers["content-security-policy"]))?.[1];
      assert.ok(nonce);
      for (const tag of text.match(TAGS) ?? []) {
        assert.doesNotMatch(tag.replaceAll(/"[^"]*"/g, '""'), /\son[a-z]+=/i, "no handler in a tag");
        if (tag.startsWith("<script")) assert.equal(tag, `<script nonce="${nonce}">`);
      }
    });
  }
}

test("markup was in the texts of the shop's own pages", async (t) => {
  const { ask } = await startApp(t);
  for (const page of ["home-page", "orders/ord_hostile", "products/hostile", "products/lamp"]) {
    assert.ok(PAGES.includes(`/web/${page}`), page);
    assert.match((await ask(`/web/${page}`, { user: "hostile" })).text, /<script>alert\(/);
  }
});

test("a value in an attribute cannot leave it", async (t) => {
  const { ask } = await startApp(t);
  const { text } = await ask("/web/products/hostile", { user: "hostile", headers: { accept: "text/html" } });
  assert.match(
    text,
    /alt="&quot;>&lt;script>alert\('x'\)&lt;\/script>&lt;img src=x onerror=alert\(1\)>&amp;amp;"/,
  );
});

test("JSON stays JSON, to be read by nothing else", async (t) => {
  const { ask } = await startApp(t);
  const { text, headers } = await ask("/web/products/hostile", { user: "hostile" });
  assert.partialDeepStrictEqual(JSON.parse(text), { product: { title: HOSTILE, description: HOSTILE } });
  assert.equal(headers["content-type"], "application/json");
  assert.equal(headers["x-content-type-options"], "nosniff");
});
