import assert from "node:assert/strict";
import { test } from "node:test";
import { takeTurns } from "./take-turns.ts";

test("all contenders have a slice in each turn, and each of them begins one", async () => {
  const order: string[] = [];
  const samples = await takeTurns(["a", "b", "c"], 3, async (contender) => {
    order.push(contender);
    return order.length;
  });
  assert.equal(order.join(""), "abcbcacab");
  assert.deepEqual(
    [...samples],
    [
      ["a", [1, 6, 8]],
      ["b", [2, 4, 9]],
      ["c", [3, 5, 7]],
    ],
  );
});
