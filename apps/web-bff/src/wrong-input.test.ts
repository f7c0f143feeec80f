import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import { IMPOSSIBLE_IDS, INVALID, assertRefused, shown } from "@triptych/testing";
import type { Refusal } from "@triptych/testing";
import { openApp, startApp } from "./testing/start-app.ts";

const NOT_FOUND: Refusal = { code: "not-found", status: 404 };
const NOT_ALLOWED: Refusal = { code: "method-not-allowed", status: 405 };
const NOT_ACCEPTABLE: Refusal = { code: "not-acceptable", status: 406 };
const UNSUPPORTED: Refusal = { code: "unsupported-media-type", status: 415 };
const NO_IDENTITY: Refusal = { code: "identity-required", status: 401 };

describe("a request that is not as it should be is refused, and no service is asked", () => {
  // So one app will do for all.
  let app: Awaited<ReturnType<typeof openApp>>;
  before(async () => {
    app = await openApp();
  });
  after(() => app.close());

  for (const kind of ["orders", "products"]) {
    for (const id of IMPOSSIBLE_IDS) {
      it(`${kind} with the id ${shown(id)}`, () => assertRefused(app, `/web/${kind}/${id}`, {}, INVALID));
    }
  }

  for (const query of [
    ...["", "abc", "0", "0.9", "5", "4.5", "4.00001", "-1", "1e0", "NaN", "2x", "%202", "1,2"].map(
      (n) => `dpr=${n}`,
    ),
    "dpr=1&dpr=2",
    "dpr=2&dpr=2",
    "dpr[]=2",
    "dpr[x]=2",
    "dpr%5B%5D=2",
  ]) {
    it(`the query ${query}`, () => assertRefused(app, `/web/home-page?${query}`, {}, INVALID));
  }

  for (const query of ["", "on", "OFF", "off,off", "off%00"].map((value) => `streaming=${value}`)) {
    it(`the query ${query}`, () => assertRefused(app, `/web/home-page?${query}`, {}, INVALID));
  }
  for (const query of ["streaming=off&streaming=off", "streaming[]=off", "streaming%5B0%5D=off"]) {
    it(`the query ${query}`, () => assertRefused(app, `/web/home-page?${query}`, {}, INVALID));
  }

  for (const path of [
    "/web/orders/",
    "/web/orders//host",
    "//host/web/home-page",
    "/web//home-page",
    "/web/Home-Page",
    "/web/home-page/",
    "/web/orders/../home",
    "/web/__proto__",
    "/admin",
    "/",
  ]) {
    it(`the path ${path}`, () => assertRefused(app, path, {}, NOT_FOUND));
  }

  for (const accept of ["application/xml", "image/webp", "text/plain", "application/json;q=0"]) {
    it(`a client that accepts ${accept}`, () =>
      assertRefused(app, "/web/home-page", { headers: { accept } }, NOT_ACCEPTABLE));
  }

  it("a GET with a compressed body", () => {
    const question = { headers: { "content-encoding": "gzip" }, body: gzipSync("{}") };
    return assertRefused(app, "/web/home-page", question, UNSUPPORTED);
  });

  for (const path of [
    "/web/orders/%00",
    "/web/products/..%2Fadmin",
    "/web/home-page?dpr=1&dpr=2",
    "/web/home-page?streaming=on",
    "/nothing",
  ]) {
    it(`${path} as a page`, async () => {
      const { status, headers, text } = await app.ask(path, { headers: { accept: "text/html" } });
      assert.equal(status, path === "/nothing" ? 404 : 400);
      assert.equal(headers["content-type"], "text/html; charset=utf-8");
      assert.match(String(headers["content-security-policy"]), /default-src 'none'/);
      assert.match(
        text,
        path === "/nothing" ? /<h1>We can’t find that page<\/h1>/ : /<h1>That did not work<\/h1>/,
      );
      assert.deepEqual(app.services.received(), []);
      assert.deepEqual(app.bugs, []);
    });
  }

  for (const [path, allow] of [
    ["/web/home-page", "GET, HEAD"],
    ["/web/orders/ord_placed", "GET, HEAD"],
    ["/web/products/lamp", "GET, HEAD"],
    ["/web/orders/ord_placed/cancel", "POST"],
  ] as const) {
    for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const) {
      if (allow.includes(method)) continue;
      it(`${method} ${path}, and says that ${allow} is allowed`, () =>
        assertRefused(app, path, { method }, { ...NOT_ALLOWED, allow }));
    }
  }

  for (const [why, identity] of [
    ["no identity", ""],
    ["two identities", ["a.b.c", "d.e.f"]],
    ["an identity without a signature", "eyJhbGciOiJub25lIn0.e30."],
  ] as const) {
    it(why, () =>
      assertRefused(app, "/web/home-page", { headers: { "x-identity": [identity].flat() } }, NO_IDENTITY),
    );
  }
});

for (const id of ["__proto__", "constructor", "toString", "hasOwnProperty", "null", "undefined", "-", "0"]) {
  it(`takes ${id} for an unknown id`, async (t) => {
    const { ask, bugs } = await startApp(t);
    for (const path of [`/web/orders/${id}`, `/web/products/${id}`]) {
      const { status, text } = await ask(path);
      assert.equal(status, 404);
      assert.partialDeepStrictEqual(JSON.parse(text), { type: "/problems/not-found" });
    }
    assert.deepEqual(bugs, []);
  });
}
