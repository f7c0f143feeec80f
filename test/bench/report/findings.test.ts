import assert from "node:assert/strict";
import { test } from "node:test";
import { aimsMarkdown, environmentLine, findingsMarkdown, verdictLine } from "./findings.ts";

const environment = environmentLine(undefined);
const FOUND = {
  title: "start",
  method: "Five starts of each.",
  environment,
  columns: [{ head: "program" }, { head: "µs", numbers: true }],
  rows: [
    ["web-bff", "1234"],
    ["bare", "9"],
  ],
  verdicts: [{ what: "ready", measured: 120, relation: "at most", limit: 500 } as const],
  notes: ["The disk was warm."],
  leftOut: ["a peer: it did not start\nat line 1"],
  bars: [],
};

test("writes the method, the table, the verdicts, the notes and the machine as Markdown", () => {
  assert.deepEqual(findingsMarkdown(FOUND).split("\n"), [
    "Five starts of each.",
    "",
    "| program |   µs |",
    "| ------- | ---: |",
    "| web-bff | 1234 |",
    "| bare    |    9 |",
    "",
    "- MET: ready: at most 500, measured 120",
    "- The disk was warm.",
    "- not measured: a peer: it did not start",
    "",
    `Measured on: ${environment}.`,
  ]);
});

test("a verdict names the number, its limit, both compared numbers and the interval", () => {
  const turns = [3.5, 3.5, 3.5, 3.5, 3.5, 3.5];
  const comparison = {
    by: "difference",
    measured: 3.456,
    values: [6, 2.5],
    processes: [3, 4],
    turns,
  } as const;
  assert.equal(
    verdictLine({ what: "p99", relation: "at most", limit: 3, measured: 3.456, comparison }),
    "NOT MET: p99: at most 3, measured 3.46 (6.00 and 2.50; by process 3.00, 4.00; by turns 3.50, 95% interval 3.50 to 3.50)",
  );
});

test("a goal beyond the limit is told of in the verdict and in the table of aims", () => {
  const claim = { what: "promises", relation: "at most", limit: 35, goal: 25 } as const;
  assert.equal(
    verdictLine({ ...claim, measured: 30 }),
    "MET: promises: at most 35 (the goal of 25 is not reached), measured 30.0",
  );
  const verdicts = [20, 30, 40].map((measured) => Object.assign({ measured }, claim));
  const rows = aimsMarkdown([{ title: "promises of a page", verdicts }])
    .split("\n")
    .slice(2);
  assert.deepEqual(
    rows.map((row) => row.replaceAll(/ +/g, " ")),
    [
      "| promises of a page | promises | 20.0 | ≤ 35 | ≤ 25 | reached |",
      "| | promises | 30.0 | ≤ 35 | ≤ 25 | limit met |",
      "| | promises | 40.0 | ≤ 35 | ≤ 25 | **not met** |",
    ],
  );
});

test("a number that equals its limit meets it, and one that was not measured never does", () => {
  const claim = { what: "goodput", limit: 80 };
  const metBy = (measured: number, relation: "at most" | "at least") =>
    !verdictLine({ ...claim, measured, relation }).startsWith("NOT");
  assert.ok(metBy(80, "at least"));
  assert.ok(metBy(80, "at most"));
  assert.ok(!metBy(79.9, "at least"));
  for (const relation of ["at least", "at most"] as const) {
    const none = verdictLine({ ...claim, measured: Number.NaN, relation });
    assert.equal(none, `NOT MET: goodput: ${relation} 80, measured nothing`);
  }
});
