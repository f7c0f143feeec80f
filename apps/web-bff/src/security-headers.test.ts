import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import type { Question } from "@triptych/testing";
import { startApp } from "./testing/start-app.ts";

const HOME = "/web/home-page";
const CANCEL = "/web/orders/ord_placed/cancel";
const FORM = { "content-type": "application/x-www-form-urlencoded", accept: "text/html" };

const ANSWERS: readonly (readonly [status: number, path: string, question?: Question])[] = [
  [200, HOME],
  [200, HOME, { headers: { accept: "application/x-ndjson" } }],
  [200, HOME, { headers: { accept: "text/html" } }],
  [200, HOME, { headers: { accept: "text/html" }, method: "HEAD" }],
  [304, HOME, { headers: { "if-none-match": "*" } }],
  [400, `${HOME}?dpr=x`],
  [400, `${HOME}?dpr=x`, { headers: { accept: "text/html" } }],
  [401, HOME, { headers: { "x-identity": "" } }],
  [403, CANCEL, { method: "POST", headers: FORM, body: "idempotencyKey=key-12345678&reason=other" }],
  [404, "/nothing"],
  [405, HOME, { method: "DELETE" }],
  [406, HOME, { headers: { accept: "image/webp" } }],
  [413, CANCEL, { method: "POST", headers: FORM, body: "x".repeat(100_001) }],
  [415, CANCEL, { method: "POST", headers: { "content-encoding": "gzip" }, body: gzipSync("{}") }],
];

function assertSafe(headers: Readonly<Record<string, unknown>>): void {
  const policy = String(headers["content-security-policy"]);
  assert.match(policy, /^default-src 'none';.* frame-ancestors 'none'/);
  assert.equal(headers["x-content-type-options"], "nosniff");
  assert.equal(headers["referrer-policy"], "same-origin");
  assert.equal(headers["x-frame-options"], "DENY");
  assert.equal(headers["cross-origin-opener-policy"], "same-origin");
  assert.equal(headers["set-cookie"], undefined);
}

for (const [expected, path, question = {}] of ANSWERS) {
  const { method = "GET", headers: asked } = question;
  test(`${method} ${path} ${JSON.stringify(asked ?? {})}: ${expected} with the security headers`, async (t) => {
    const { ask } = await startApp(t);
    const { status, headers } = await ask(path, question);
    assert.equal(status, expected);
    assertSafe(headers);
  });
}

test("a form's redirect has the security headers, and is not kept", async (t) => {
  const { ask } = await startApp(t);
  const page = await ask("/web/orders/ord_placed", { headers: { accept: "text/html" } });
  const token = /name="token" value="([^"]+)"/.exec(page.text)?.[1] ?? "";
  const body = new URLSearchParams({ token, idempotencyKey: "key-12345678", reason: "other" }).toString();
  const { status, headers } = await ask(CANCEL, { method: "POST", headers: FORM, body });
  assert.equal(status, 303);
  assertSafe(headers);
  assert.equal(headers["cache-control"], "private, no-store");
});
