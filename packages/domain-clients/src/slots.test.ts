import assert from "node:assert/strict";
import { test } from "node:test";
import { reasonOfText } from "./slots.ts";

const TEXTS: readonly (readonly [text: string | undefined, reason: string])[] = [
  ["bought_together", "bought_together"],
  ["Frequently bought together", "bought_together"],
  ["Often purchased with your last order", "bought_together"],
  ["bought together by similar users", "bought_together"],
  ["viewed", "viewed"],
  ["Because you viewed 'Lamp'", "viewed"],
  ["recently-browsed", "viewed"],
  ["VIEWED", "viewed"],
  ["popular", "popular"],
  ["Popular in lighting", "popular"],
  ["trending now", "popular"],
  ["Best-seller", "popular"],
  ["similar_users", "similar_users"],
  ["Customers like you", "similar_users"],
  ["similar shoppers viewed this", "similar_users"],
  ["unpopular", "unknown"],
  ["reviewed by experts", "unknown"],
  ["staff pick", "unknown"],
  ["", "unknown"],
  [undefined, "unknown"],
];

for (const [text, reason] of TEXTS) {
  test(`version 1's ${text === undefined ? "missing text" : JSON.stringify(text)} is ${reason}`, () => {
    assert.equal(reasonOfText(text), reason);
  });
}
