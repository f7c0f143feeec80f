import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { COMPOSITIONS, sharedFront } from "./testing/compositions.ts";
import type { Front } from "./testing/compositions.ts";

const PRODUCT = "/web/products/prd_0001";
const JSON_ONLY = { Accept: "application/json" };
/** What a search engine sends. */
const CRAWLER = {
  Accept: "text/html",
  "User-Agent": "Mozilla/5.0 (compatible; SomeBot/2.1; +https://bot.example)",
};
const BROWSER = { Accept: "text/html", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document" };

for (const composition of COMPOSITIONS) {
  describe(`a visitor without a login, in ${composition.name}`, () => {
    let front: Front;
    before(async () => {
      front = await sharedFront(composition);
    });

    it("gets a product's page: real HTML that may be indexed, and kept by a cache", async () => {
      for (const asked of [CRAWLER, BROWSER]) {
        const { status, headers, text } = await front.ask(PRODUCT, { headers: asked });
        assert.equal(status, 200);
        assert.match(text, /<h1\b[^>]*>.+<\/h1>/);
        assert.doesNotMatch(text, /noindex|<script|\/auth\/logout/);
        assert.equal(headers["x-robots-tag"], undefined);
        assert.equal(headers["set-cookie"], undefined);
        assert.equal(headers["cache-control"], "public, max-age=0, s-maxage=60");
        assert.match(String(headers["vary"]), /Cookie, Authorization/);
      }
    });

    it("gets its data without what is a user's, and a user gets theirs", async () => {
      const visitors = await front.ask(PRODUCT, { headers: JSON_ONLY });
      const { product, alsoBought, degraded } = JSON.parse(visitors.text);
      assert.equal(product.id, "prd_0001");
      assert.deepEqual([alsoBought, degraded], [[], []]);
      const users = await front.ask(PRODUCT, { headers: { ...JSON_ONLY, ...(await front.bearer("42")) } });
      assert.equal(users.headers["cache-control"], "private, no-cache");
      assert.equal(JSON.parse(users.text).alsoBought.length, 4);
      const again = await front.ask(PRODUCT, { headers: JSON_ONLY });
      assert.equal(again.text, visitors.text);
    });

    it("is a visitor, whoever the headers claim", async () => {
      const spoofed = { "X-User-Id": "42", "X-Identity": "e30.e30.AAAA", "Txn-Token": "e30.e30.AAAA" };
      const { status, text } = await front.ask(PRODUCT, { headers: { ...JSON_ONLY, ...spoofed } });
      assert.equal(status, 200);
      assert.deepEqual(JSON.parse(text).alsoBought, []);
    });

    it("gets 404 for a product that is not there, as a page too", async () => {
      for (const headers of [CRAWLER, JSON_ONLY])
        assert.equal((await front.ask("/web/products/prd_none", { headers })).status, 404);
    });

    it("is sent to the login by every other page, and refused everything else", async () => {
      const page = await front.ask("/web/home-page", { headers: BROWSER });
      assert.deepEqual(
        [page.status, page.headers["location"]],
        [303, "/auth/login?return_to=%2Fweb%2Fhome-page"],
      );
      assert.equal((await front.ask("/web/home-page", { headers: JSON_ONLY })).status, 401);
      if (composition.roles.includes("mobile-bff"))
        assert.equal((await front.ask("/mobile/home")).status, 401);
    });
  });
}
