import assert from "node:assert/strict";
import { test } from "node:test";
import { findingsInMarkdown, renderFindings } from "./findings.ts";
import { verdict } from "./verdict.ts";

const FOUND = {
  method: "Five starts of each.",
  columns: [{ head: "program" }, { head: "ms", numbers: true }],
  rows: [["web-bff", "120"]],
  verdicts: [verdict({ of: "ready", measured: 120, relation: "at most", limit: 500, unit: "ms" })],
  notes: ["The disk was warm."],
};

test("findings are told in a terminal: how, the numbers, whether the limits are met, what to know", () => {
  assert.deepEqual(renderFindings(FOUND).split("\n"), [
    "Five starts of each.",
    "program   ms",
    "───────  ───",
    "web-bff  120",
    "MET: ready: at most 500 ms, measured 120 ms",
    "The disk was warm.",
  ]);
});

test("the same stands in the documents, the limits as a list", () => {
  assert.equal(
    findingsInMarkdown(FOUND),
    [
      "Five starts of each.",
      "",
      "| program |  ms |",
      "| ------- | --: |",
      "| web-bff | 120 |",
      "",
      "- MET: ready: at most 500 ms, measured 120 ms",
      "- The disk was warm.",
    ].join("\n"),
  );
});
