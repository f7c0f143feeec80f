import assert from "node:assert/strict";
import { test } from "node:test";
import { compare, takeTurns } from "./report.ts";

test("every program has a slice in each turn, and each begins one turn", async () => {
  const order: string[] = [];
  const samples = await takeTurns(["a", "b", "c"], 3, async (program) => {
    order.push(program);
    return order.length;
  });
  assert.equal(order.join(""), "abcbcacab");
  const expected = { a: [1, 6, 8], b: [2, 4, 9], c: [3, 5, 7] };
  assert.deepEqual(Object.fromEntries(samples), expected);
});

test("compares the median processes, and turn by turn the processes of the same number", () => {
  const program = (...costs: readonly number[]) => ({
    processes: costs.map((cost) => ({ samples: [cost, cost] })),
  });
  const plain = program(100, 110, 400);
  const dear = program(150, 165, 120);
  const cost = { head: "cost", of: (sample: number) => sample };
  assert.deepEqual(compare(cost, dear, plain), {
    by: "ratio",
    measured: 150 / 110,
    values: [150, 110],
    processes: [1.5, 1.5, 0.3],
    turns: [1.5, 1.5, 1.5, 1.5, 0.3, 0.3],
  });
  // One process beside three: its turns are compared with the first one's.
  assert.deepEqual(compare(cost, program(90), plain, "difference"), {
    by: "difference",
    measured: -10,
    values: [90, 110],
    processes: [-10],
    turns: [-10, -10],
  });
});
