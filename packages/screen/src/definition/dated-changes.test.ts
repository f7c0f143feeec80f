import assert from "node:assert/strict";
import { test } from "node:test";
import { Type } from "typebox";
import type { AppVersion } from "./app-version.ts";
import { datedChanges } from "./dated-changes.ts";
import { datedChange } from "./section.ts";

const Newest = Type.Object({ cost: Type.String() });
const Before31 = Type.Object({ price: Type.String() });
const Before30 = Type.Object({ cents: Type.Integer() });

/** The rename, which 3.1.0 knows first. */
const rename = datedChange({
  until: "3.1.0",
  note: "price became cost",
  newer: Newest,
  older: Before31,
  toOlder: ({ cost }) => ({ price: cost }),
});

/** The change that was there before the rename. */
const text = (newer: typeof Newest | typeof Before31, until: AppVersion = "3.0.0") =>
  datedChange({ until, note: "cents became text", newer, older: Before30, toOlder: () => ({ cents: 1 }) });

test("each change starts from the shape that the one before it makes", () => {
  const chain = datedChanges("item", { schema: Newest, changes: [rename, text(Before31)] });
  assert.deepEqual(
    chain.map(({ version }) => version),
    [
      [3, 1, 0],
      [3, 0, 0],
    ],
  );
  assert.deepEqual(datedChanges("item", { schema: Newest }), []);
});

test("accepts a shape that is written twice in the same way", () => {
  const again = Type.Object({ price: Type.String() });
  assert.equal(datedChanges("item", { schema: Newest, changes: [rename, text(again)] }).length, 2);
});

for (const [what, changes, message] of [
  ["a first change from an older shape", [text(Before31)], /3\.0\.0 must start from the section's schema/],
  [
    "a second change from the newest shape",
    [rename, text(Newest)],
    /item: the change until 3\.0\.0 must start from the older shape of the one until 3\.1\.0/,
  ],
  ["the oldest change first", [text(Newest), rename], /until 3\.1\.0 is listed after the one until 3\.0\.0/],
  ["two changes until one version", [rename, text(Before31, "3.1.0")], /list the newest first/],
] as const) {
  test(`refuses ${what}`, () => {
    assert.throws(() => datedChanges("item", { schema: Newest, changes }), { name: "TypeError", message });
  });
}
