// sample:file: npm run new:bff leaves it out
import assert from "node:assert/strict";
import { test } from "node:test";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { fails } from "@triptych/domain-clients/testing";
import { startApp } from "./testing/start-app.ts";

const HOME = "/mobile/home";

test("an app that has the answer already gets 304 and no body", async (t) => {
  const { ask } = await startApp(t);
  const first = await ask(HOME);
  const etag = String(first.headers["etag"]);
  assert.match(etag, /^"[\w-]{27}"$/, "strong, and of the body alone");
  assert.equal(first.headers["cache-control"], "private, no-cache");

  const again = await ask(HOME, { headers: { "if-none-match": etag } });
  assert.equal(again.status, 304);
  assert.equal(again.bytes.length, 0);
  assert.equal(again.headers["etag"], etag);

  const others = await ask(HOME, { user: "grace", headers: { "if-none-match": etag } });
  assert.equal(others.status, 200);
});

test("an app that has an older shape of the answer does not get 304", async (t) => {
  const { ask } = await startApp(t);
  const older = await ask(HOME, { headers: { "x-app-version": "2.4.0" } });
  const headers = { "if-none-match": String(older.headers["etag"]), "x-app-version": "3.0.0" };
  assert.equal((await ask(HOME, { headers })).status, 200);
});

for (const [accepted, coding, decode] of [
  ["br, gzip", "br", brotliDecompressSync],
  ["gzip, deflate, br, zstd", "br", brotliDecompressSync],
  ["gzip, br;q=0.1", "gzip", gunzipSync],
  ["identity, br;q=0.1", undefined, (bytes: Buffer) => bytes],
  ["gzip", "gzip", gunzipSync],
  ["deflate, gzip;q=0.5", "gzip", gunzipSync],
  ["identity", undefined, (bytes: Buffer) => bytes],
] as const) {
  test(`answers ${coding ?? "plainly"} to a client that accepts ${accepted}`, async (t) => {
    const { ask } = await startApp(t);
    const plain = await ask(HOME);
    const { headers, bytes } = await ask(HOME, { headers: { "accept-encoding": accepted } });
    assert.equal(headers["content-encoding"], coding);
    assert.equal(decode(bytes).toString(), plain.text);
    assert.equal(headers["etag"] === plain.headers["etag"], coding === undefined);
    assert.equal(headers["vary"], "Accept, Sec-CH-DPR, X-App-Version, Accept-Encoding");
  });
}

test("answers HEAD with what GET would say, and no body", async (t) => {
  const { ask } = await startApp(t);
  const get = await ask(HOME);
  const head = await ask(HOME, { method: "HEAD" });
  assert.equal(head.status, 200);
  assert.equal(head.bytes.length, 0);
  for (const name of ["content-type", "content-length", "etag", "cache-control", "vary"]) {
    assert.equal(head.headers[name], get.headers[name], name);
  }
});

test("answers HEAD with a problem's status, and no body", async (t) => {
  const { ask, services } = await startApp(t);
  services.users.behave(fails(500));
  const { status, bytes } = await ask(HOME, { method: "HEAD" });
  assert.equal(status, 503);
  assert.equal(bytes.length, 0);
});

test("says how long each section took", async (t) => {
  const { ask } = await startApp(t);
  const { headers } = await ask(HOME);
  const names = String(headers["server-timing"]).match(/\w+(?=;dur=)/g);
  assert.deepEqual(names, ["profile", "orders", "picks", "total"]);
});

test("answers the same data line by line", async (t) => {
  const { ask } = await startApp(t);
  const whole: unknown = JSON.parse((await ask(HOME)).text);
  const { headers, text } = await ask(HOME, { headers: { accept: "application/x-ndjson" } });
  assert.equal(headers["content-type"], "application/x-ndjson");
  const lines = text.trimEnd().split("\n");
  assert.deepEqual(Object.assign({}, ...lines.map((line): unknown => JSON.parse(line))), whole);
  assert.equal(lines.at(-1), '{"degraded":[]}');
});
