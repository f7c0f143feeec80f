import assert from "node:assert/strict";
import { test } from "node:test";
import { createFormTokens } from "./form-token.ts";

const KEY = { kid: "k1", secret: Buffer.alloc(32, 1) };
const NEXT = { kid: "k2", secret: Buffer.alloc(32, 2) };
const T0 = 1_800_000_000_000;

test("accepts a token only for the user that it was issued to", () => {
  const tokens = createFormTokens({ keys: [KEY], clock: { wallNow: () => T0 } });
  const token = tokens.issue("42");
  assert.equal(tokens.accepts("42", token), true);
  assert.equal(tokens.accepts("43", token), false);
  assert.equal(tokens.accepts("4", token), false);
});

test("refuses a token after half a day", () => {
  let now = T0;
  const tokens = createFormTokens({ keys: [KEY], clock: { wallNow: () => now } });
  const token = tokens.issue("42");
  now = T0 + 12 * 3_600_000 - 1_000;
  assert.equal(tokens.accepts("42", token), true);
  now = T0 + 12 * 3_600_000;
  assert.equal(tokens.accepts("42", token), false);
});

test("refuses a token that was issued while the date was ahead, and accepts one of a clock that differs", () => {
  let now = T0;
  const tokens = createFormTokens({ keys: [KEY], clock: { wallNow: () => now } });
  const token = tokens.issue("42");
  now = T0 - 5_000;
  assert.equal(tokens.accepts("42", token), true);
  now = T0 - 6_000;
  assert.equal(tokens.accepts("42", token), false);
});

test("accepts tokens of every key of the ring, so that a rotation refuses no form", () => {
  const before = createFormTokens({ keys: [KEY], clock: { wallNow: () => T0 } });
  const during = createFormTokens({ keys: [NEXT, KEY], clock: { wallNow: () => T0 } });
  const after = createFormTokens({ keys: [NEXT], clock: { wallNow: () => T0 } });
  assert.equal(during.accepts("42", before.issue("42")), true);
  assert.equal(after.accepts("42", during.issue("42")), true);
  assert.equal(after.accepts("42", before.issue("42")), false);
});

test("refuses what is no token, or was changed", () => {
  const tokens = createFormTokens({ keys: [KEY], clock: { wallNow: () => T0 } });
  const token = tokens.issue("42");
  const [expiry = "", signature = ""] = token.split(".");
  const later = `${Number(expiry) + 1}.${signature}`;
  const flipped = `${expiry}.${signature.startsWith("A") ? "B" : "A"}${signature.slice(1)}`;
  for (const wrong of [
    "",
    ".",
    token.slice(1),
    `${token}x`,
    ` ${token}`,
    later,
    flipped,
    "x".repeat(10_000),
  ]) {
    assert.equal(tokens.accepts("42", wrong), false, wrong.slice(0, 80));
  }
});
