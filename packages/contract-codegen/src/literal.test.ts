import assert from "node:assert/strict";
import { test } from "node:test";
import { runInNewContext } from "node:vm";
import { assert as check, jsonValue, property } from "fast-check";
import { Code, literal } from "./literal.ts";
import type { Literal } from "./literal.ts";

test("a literal evaluates to the value it was made of", () => {
  check(
    property(jsonValue(), (value) => {
      const text = literal(JSON.parse(JSON.stringify(value)));
      assert.equal(JSON.stringify(runInNewContext(`(${text})`)), JSON.stringify(value));
    }),
  );
});

test("a member named __proto__ stays a member, and code stays code", () => {
  const value: Literal = { ["__proto__"]: { a: 1 }, b: new Code("1 + 1") };
  assert.equal(literal(value), '{ ["__proto__"]: { a: 1 }, b: 1 + 1 }');
});
