import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { etagOf, isNoneMatchHit } from "./etag.ts";

describe("entity tags", () => {
  it("are strong, equal for equal bytes and different for others", () => {
    assert.match(etagOf("{}"), /^"[\w-]+"$/);
    assert.equal(etagOf("{}"), etagOf("{}"));
    assert.notEqual(etagOf("{}"), etagOf("[]"));
  });

  const etag = '"abc"';
  for (const [field, isHit] of [
    [undefined, false],
    ['"abc"', true],
    ['W/"abc"', true],
    ['"x", W/"y" , "abc"', true],
    ['"x","abc","z"', true],
    ["*", true],
    [" * ", true],
    ['"abcd"', false],
    ['"ab", "c"', false],
    ["abc", false],
    ['"a,b"', false],
    ["", false],
  ] as const) {
    it(`If-None-Match: ${field ?? "(missing)"} is ${isHit ? "a hit" : "no hit"}`, () => {
      assert.equal(isNoneMatchHit(field, etag), isHit);
    });
  }
});
