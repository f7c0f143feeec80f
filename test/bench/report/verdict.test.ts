import assert from "node:assert/strict";
import { test } from "node:test";
import { tellVerdict, verdict } from "./verdict.ts";

test("a verdict names the number, its limit, and both that were compared, with their ratio", () => {
  const late = verdict({
    of: "p99 above bare's",
    measured: 3.456,
    relation: "at most",
    limit: 3,
    unit: "ms",
    compared: { project: { name: "web-bff", value: 6 }, baseline: { name: "bare", value: 2.5 }, unit: "ms" },
  });
  assert.equal(
    tellVerdict(late),
    "NOT MET: p99 above bare's: at most 3 ms, measured 3.46 ms (web-bff 6.00 ms, bare 2.50 ms: 2.40 ×)",
  );
});

test("the limit itself is met, from either side, and what could not be measured never is", () => {
  const claim = { of: "goodput", limit: 80, unit: "%" };
  assert.ok(verdict({ ...claim, measured: 80, relation: "at least" }).met);
  assert.ok(verdict({ ...claim, measured: 80, relation: "at most" }).met);
  assert.ok(!verdict({ ...claim, measured: 79.9, relation: "at least" }).met);
  for (const relation of ["at least", "at most"] as const) {
    const none = verdict({ ...claim, measured: Number.NaN, relation });
    assert.equal(tellVerdict(none), `NOT MET: goodput: ${relation} 80 %, measured nothing %`);
  }
});
