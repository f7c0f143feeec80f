import assert from "node:assert/strict";
import { test } from "node:test";
import { renderTable } from "./table.ts";

test("columns are as wide as their widest cell, and numbers stand to the right", () => {
  const table = renderTable(
    [{ head: "name" }, { head: "µs", numbers: true }],
    [
      ["bare", "9"],
      ["express", "1234"],
    ],
  );
  assert.deepEqual(table.split("\n"), ["name       µs", "───────  ────", "bare        9", "express  1234"]);
});
