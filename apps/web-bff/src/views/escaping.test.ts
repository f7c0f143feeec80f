import assert from "node:assert/strict";
import { test } from "node:test";
import { HOSTILE } from "@triptych/domain-clients/testing";
import { startApp } from "../testing/start-app.ts";

const PAGES = ["/web/home-page", "/web/orders/ord_hostile", "/web/products/hostile", "/web/products/lamp"];

/** A tag's name, with everything up to its end, quoted values included. */
const TAGS = /<[a-z](?:"[^"]*"|'[^']*'|[^>"'])*>/gi;

for (const path of PAGES) {
  for (const query of ["", "?streaming=off"]) {
    test(`${path}${query} shows markup in texts as text`, async (t) => {
      const { ask } = await startApp(t);
      const { status, text, headers } = await ask(`${path}${query}`, {
        user: "hostile",
        headers: { accept: "text/html" },
      });
      assert.equal(status, 200);
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

test("what stands in an attribute cannot leave it", async (t) => {
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
