import assert from "node:assert/strict";
import { test } from "node:test";
import { deepFreeze } from "./entry.ts";

test("everything down to the leaves is frozen", () => {
  const value = { a: [{ b: 1 }, null, "x"], c: { d: { e: [] } }, __proto__x: 0 };
  deepFreeze(value);
  assert.throws(() => Object.assign(value.a[0] ?? {}, { b: 2 }), TypeError);
  assert.throws(() => value.a.push("y"), TypeError);
  assert.ok(Object.isFrozen(value.c.d.e));
});

test("a value that is not an object is left as it is", () => {
  for (const value of [undefined, null, 1, "x", true]) deepFreeze(value);
});

test("a value nested more deeply than the stack is frozen too", () => {
  const depth = 200_000;
  const value: unknown = JSON.parse("[".repeat(depth) + "]".repeat(depth));
  deepFreeze(value);
  assert.ok(Object.isFrozen(value));
});

test("objects and lists are counted when they are frozen, and only once", () => {
  const value = [{}, [], { a: {} }, 1, "x", null];
  assert.equal(deepFreeze(value), 5);
  assert.equal(deepFreeze(value), 0);
});
