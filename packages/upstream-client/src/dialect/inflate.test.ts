import assert from "node:assert/strict";
import { test } from "node:test";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { MisbehavingUpstream } from "@triptych/testing";
import { testUpstream } from "../testing/index.ts";

const ANSWER = { text: "ü".repeat(1_000) };
const gzipped = gzipSync(JSON.stringify(ANSWER));

async function serving(body: Buffer | string, encoding: string) {
  return MisbehavingUpstream.open(() => ({
    status: 200,
    headers: { "content-type": "application/json", "content-encoding": encoding },
    body,
  }));
}

for (const encoding of ["gzip", "x-gzip", "GZIP"]) {
  test(`${encoding} is inflated where it is asked for`, async () => {
    await using server = await serving(gzipped, encoding);
    const addresses = [server.origin];
    await using things = await testUpstream(() => undefined, { addresses, acceptEncoding: "gzip" });
    assert.deepEqual(await things.call(), ANSWER);
    assert.equal(server.received[0]?.headers["accept-encoding"], "gzip");
    await using without = await testUpstream(() => undefined, { addresses });
    assert.match((await without.failure()).message, /a Content-Encoding that was not asked for/);
    assert.equal(server.received[1]?.headers["accept-encoding"], undefined);
  });
}

const bomb = gzipSync(Buffer.alloc(50_000_000, " "));
for (const [what, body, encoding, reason] of [
  ["a bomb of 50 MB in 48 KB", bomb, "gzip", /a body of more than 1048576 bytes after inflation/],
  ["a body that is cut", gzipped.subarray(0, -20), "gzip", /a body that is not gzip/],
  ["a body that is no gzip", "{}", "gzip", /a body that is not gzip/],
  ["brotli", brotliCompressSync("{}"), "br", /a Content-Encoding that was not asked for/],
  ["gzip twice", gzipSync(gzipped), "gzip, gzip", /a Content-Encoding that was not asked for/],
  ["gzip that holds no JSON", gzipSync("{"), "gzip", /a body of 1 bytes that is not JSON/],
] as const) {
  test(`${what} is invalid`, async () => {
    await using server = await serving(body, encoding);
    const addresses = [server.origin];
    await using things = await testUpstream(() => undefined, { addresses, acceptEncoding: "gzip" });
    const { kind, message } = await things.failure();
    assert.equal(kind, "invalid");
    assert.match(message, reason);
  });
}

test("an answer that is not compressed, though it was asked for, is read", async () => {
  await using server = await MisbehavingUpstream.open();
  await using things = await testUpstream(() => undefined, {
    addresses: [server.origin],
    acceptEncoding: "gzip",
  });
  assert.deepEqual(await things.call(), {});
});
