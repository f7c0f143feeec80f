import assert from "node:assert/strict";
import { test } from "node:test";
import type { Cell } from "../run.ts";
import { tablesOf } from "./tables.ts";

const won = { median: 50, from: 40, to: 60 };
const lost = { median: -5, from: -8, to: -2 };
const cell: Cell = {
  profile: "4G",
  protocol: "HTTP/2",
  connection: "new",
  by: "proxy",
  repetitions: 3,
  degraded: 0,
  data: {
    services: 900,
    bff: 850,
    saved: won,
    savedBesideThree: lost,
    firstSooner: won,
    servicesBytes: 12_345,
    bffBytes: 2_345,
  },
  html: {
    json: 850,
    firstByte: 600,
    firstSection: 640,
    complete: 900,
    sectionSooner: won,
    jsonBytes: 2_345,
    htmlBytes: 6_000,
  },
};
const calibrated = {
  profile: "4G",
  asked: { roundTripMs: 170, downKbps: 9_000, upKbps: 9_000 },
  proxy: { roundTripMs: 170.6, firstAnswerMs: 341.2, downKbps: 8_990, upKbps: 8_980 },
  browser: { warmMs: 171, firstMs: 172, downKbps: 8_900 },
} as const;

test("tables say where the BFF wins, where it loses, and by how much", () => {
  const [data, losses, html, browser, calibration] = tablesOf(
    [cell, { ...cell, by: "browser", html: undefined }],
    [calibrated],
  );
  const NETWORK = ["4G", "HTTP/2", "new"];
  assert.deepEqual(data?.rows, [
    [...NETWORK, "900", "850", "wins by 50 ms (40 to 60)", "12,345", "2,345", "wins by 10,000"],
  ]);
  assert.deepEqual(losses?.rows, [[...NETWORK, "loses by 5 ms (2 to 8)", "loses by 50 ms (40 to 60)"]]);
  assert.deepEqual(html?.rows, [
    [...NETWORK, "850", "600", "640", "900", "wins by 50 ms (40 to 60)", "2,345", "6,000"],
  ]);
  assert.deepEqual(browser?.rows, [[...NETWORK, "900", "900", "850", "850"]]);
  assert.deepEqual(calibration?.rows[1], ["4G", "the proxy", "170.6", "341.2", "8990", "8980"]);
  for (const table of [data, losses, html, browser, calibration]) {
    for (const row of table?.rows ?? []) assert.equal(row.length, table?.columns.length, table?.title);
  }
});
