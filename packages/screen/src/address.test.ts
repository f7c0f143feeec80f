import assert from "node:assert/strict";
import { test } from "node:test";
import { imageAddress, isSafeAddress } from "./address.ts";

const PRODUCTION = { allowHttp: false };
const DEVELOPMENT = { allowHttp: true };

const SAFE = [
  "https://images.example/a.webp",
  "HTTPS://images.example/a.webp",
  "https://images.example",
  "https://images.example:8443/a%20b.webp?w=480&q=80#x",
  "https://[2001:db8::1]/a",
  "https://images.example/users/o'hostile?w=64&lt;script",
  "https://images.example/~ada@home",
];

const UNSAFE = [
  "javascript:alert(1)",
  "JavaScript:alert(1)",
  "java\nscript:alert(1)",
  "javascript://images.example/%0aalert(1)",
  "data:image/svg+xml,<svg onload=alert(1)>",
  "data:,https://images.example/a",
  "vbscript:x",
  "file:///etc/passwd",
  "blob:https://images.example/1",
  "ftp://images.example/a",
  "https:images.example/a",
  "https:/images.example/a",
  "https:///images.example/a",
  "https://",
  "https://?a",
  "//images.example/a",
  "/media/a.svg",
  "a.webp",
  "",
  " https://images.example/a",
  "https://images.example/a ",
  "\u0001https://images.example/a",
  "https://images.example/a\nb",
  "ht\ttps://images.example/a",
  "https:\\\\images.example\\a",
  "https://images.example\\@evil.example/a",
  "https://ada:secret@images.example/a",
  "https://images.example@evil.example/a",
  "https://@images.example/a",
  'https://images.example/"onerror="alert(1)',
  "https://images.example/é",
  "https://images.example/%zz",
  "https://images.example:99999/a",
];

test("an address is safe only if it is an absolute https: address that can be read in one way", () => {
  for (const address of SAFE) assert.ok(isSafeAddress(address, PRODUCTION), address);
  for (const address of UNSAFE) {
    assert.ok(!isSafeAddress(address, PRODUCTION), address);
    assert.ok(!isSafeAddress(address, DEVELOPMENT), address);
  }
});

test("http: is safe in development only", () => {
  assert.ok(isSafeAddress("http://127.0.0.1:8080/media/a.svg", DEVELOPMENT));
  assert.ok(isSafeAddress("HTTP://127.0.0.1:8080/media/a.svg", DEVELOPMENT));
  assert.ok(!isSafeAddress("http://127.0.0.1:8080/media/a.svg", PRODUCTION));
});

test("an image is the smallest that is wide enough, else the widest, else the placeholder", () => {
  const image = (width: number, scheme = "https") => ({ url: `${scheme}://images.example/${width}`, width });
  const addressOf = (...images: { url: string; width: number }[]) => imageAddress(images, 480, PRODUCTION);
  assert.equal(addressOf(image(1200), image(640), image(160)), "https://images.example/640");
  assert.equal(addressOf(image(160), image(320)), "https://images.example/320");
  assert.equal(addressOf(image(640, "javascript"), image(1200)), "https://images.example/1200");
  assert.equal(addressOf(image(640, "javascript"), image(160)), "https://images.example/160");
  assert.equal(addressOf(image(640, "http")), "/media/placeholder.svg");
  assert.equal(addressOf(), "/media/placeholder.svg");
});
