import assert from "node:assert/strict";
import { test } from "node:test";
import type { Cell } from "./run.ts";
import { tablesOf } from "./tables.ts";

const won = { median: 50, from: 40, to: 60 };
const lost = { median: -5, from: -8, to: -2 };
const cell: Cell = {
  network: "4G",
  protocol: "HTTP/2",
  connection: "new",
  repetitions: 3,
  degraded: 0,
  services: 900,
  bff: 850,
  servicesBytes: 12_345,
  bffBytes: 2_345,
  saved: won,
  savedBesideThree: lost,
  savedBesideFirst: lost,
};
test("tables say where the BFF wins, where it loses, and by how much", () => {
  const heavier = { ...cell, bffBytes: 13_345 };
  const tables = tablesOf([cell, heavier]);
  const NETWORK = ["4G", "HTTP/2", "new"];
  const data = [...NETWORK, "900", "850", "wins by 50 ms (40 to 60)"];
  const less = [...NETWORK, "loses by 5 ms (2 to 8)", "loses by 5 ms (2 to 8)"];
  assert.deepEqual(
    tables.map(({ rows }) => rows),
    [
      [
        [...data, "12,345", "2,345", "wins by 10,000"],
        [...data, "12,345", "13,345", "loses by 1,000"],
      ],
      [less, less],
    ],
  );
  for (const { title, columns, rows } of tables) {
    for (const row of rows) assert.equal(row.length, columns.length, title);
  }
});
