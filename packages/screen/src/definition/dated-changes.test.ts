import assert from "node:assert/strict";
import { test } from "node:test";
import { Type } from "typebox";
import { datedChanges } from "./dated-changes.ts";
import { defineScreens } from "./screen.ts";

const Newest = Type.Object({ cost: Type.String() });
const Before31 = Type.Object({ price: Type.String() });
const Before30 = Type.Object({ cents: Type.Integer() });

const rename = {
  note: "price became cost",
  older: Before31,
  toOlder: ({ cost }: { readonly cost: string }) => ({ price: cost }),
};
const text = {
  note: "cents became text",
  older: Before30,
  toOlder: ({ price }: { readonly price: string }) => ({ cents: Number(price) * 100 }),
};

test("each older shape is made from the next newer one", () => {
  const chain = datedChanges<typeof Newest>().until("3.1.0", rename).until("3.0.0", text);
  const at = (...version: readonly [number, number, number]) => {
    const shape = chain.shapeFor(version);
    return [shape?.schema, shape?.fromNewest({ cost: "2" }, undefined)];
  };
  assert.deepEqual(at(3, 1, 0), [undefined, undefined]);
  assert.deepEqual(at(3, 0, 9), [Before31, { price: "2" }]);
  assert.deepEqual(at(2, 9, 9), [Before30, { cents: 200 }]);
  assert.equal(chain.shapeFor(undefined), undefined);
});

test("TypeScript refuses a change that does not start from the shape before it", () => {
  const newest = datedChanges<typeof Newest>();
  // @ts-expect-error -- it starts from `price`, and the newest shape has `cost`
  newest.until("3.0.0", text);
  // @ts-expect-error -- the changes are in the wrong order
  newest.until("3.1.0", text).until("3.0.0", rename);
  // @ts-expect-error -- a second rename of what the first has renamed
  newest.until("3.1.0", rename).until("3.0.0", rename);
  const { required } = defineScreens<object>();
  const chain = newest.until("3.1.0", rename);
  required({ schema: Newest, load: async () => ({}), shape: () => ({ cost: "" }), changes: chain });
  // @ts-expect-error -- the section's schema is another than the chain's newest
  required({ schema: Before31, load: async () => ({}), shape: () => ({ price: "" }), changes: chain });
});

for (const [what, first, second] of [
  ["an older version first", "3.0.0", "3.1.0"],
  ["two changes until one version", "3.1.0", "3.1.0"],
  ["10 before 9", "3.9.0", "3.10.0"],
] as const) {
  test(`refuses ${what}, when the screen is imported`, () => {
    const newest = datedChanges<typeof Newest>().until(first, rename);
    const message = `The change until ${second} (cents became text) follows the one until ${first}: list the newest first`;
    assert.throws(() => newest.until(second, text), { name: "TypeError", message });
  });
}

test("refuses what is no version", () => {
  assert.throws(() => datedChanges<typeof Newest>().until("3.0.1234567", rename), /is not a version/);
});
