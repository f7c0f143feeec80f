import assert from "node:assert/strict";
import { test } from "node:test";
import { coresOf } from "./cores.ts";

test("chooses among the cores that this process may use", () => {
  assert.deepEqual(coresOf("0,1"), { others: 0, measured: 1, all: "0,1" });
  assert.deepEqual(coresOf("4-7"), { others: 4, measured: 7, all: "4-7" });
  assert.deepEqual(coresOf("2,8-9"), { others: 2, measured: 9, all: "2,8-9" });
  assert.equal(coresOf("3"), undefined);
  assert.equal(coresOf(""), undefined);
});
