import * as fc from "fast-check";
import assert from "node:assert/strict";
import { test } from "node:test";
import { BodyBuffer, readBody } from "./body.ts";

test("a body in one piece is not copied", () => {
  const body = new BodyBuffer();
  const piece = Buffer.from("{}");
  body.append(piece);
  assert.equal(body.bytes(), piece);
});

test("pieces of any sizes make the body, in order, and are not changed", () => {
  const pieces = fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 50 });
  fc.assert(
    fc.property(pieces, (given) => {
      const body = new BodyBuffer();
      const whole = Buffer.concat(given);
      for (const piece of given) body.append(Buffer.from(piece.buffer, piece.byteOffset, piece.length));
      assert.deepEqual(body.bytes(), whole);
      assert.deepEqual([body.length, body.pieces], [whole.length, given.length]);
      assert.deepEqual(Buffer.concat(given), whole);
    }),
  );
});

test("a mebibyte in single bytes takes a few mebibytes, not a hundred", () => {
  const body = new BodyBuffer();
  const byte = Buffer.from(" ");
  for (let index = 0; index < 1_048_576; index += 1) body.append(byte);
  assert.ok(body.bytes().buffer.byteLength <= 2 * 1_048_576);
});

test("one byte order mark before the JSON is taken off", () => {
  const read = (text: string) => readBody((value) => ({ ok: true, value }), Buffer.from(text));
  for (const json of ['{"a":1}', '"\uFEFF"', " []"]) {
    assert.deepEqual(read(`\uFEFF${json}`), { ok: true, value: JSON.parse(json) });
  }
  for (const text of ["\uFEFF\uFEFF{}", "\uFEFF", " \uFEFF{}", "{}\uFEFF"]) {
    assert.ok(!read(text).ok, JSON.stringify(text));
  }
});
