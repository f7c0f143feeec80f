import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { renderSkips, renderTable, renderTotals } from "./summary.ts";

describe("the report of npm test", () => {
  const run = { directory: "", cached: false, ok: true, seconds: 1.25 };

  it("has a row per workspace and a column per check", () => {
    const table = renderTable([
      { ...run, task: "lint", workspace: "screen" },
      { ...run, task: "test", workspace: "screen", cached: true },
      { ...run, task: "test", workspace: "identity", ok: false, cached: true },
    ]);
    assert.equal(
      table,
      ["          lint   test", "identity  -      FAILED", "screen    1.3 s  cached"].join("\n"),
    );
  });

  it("tells what was skipped and why, and ends with the totals", () => {
    const counts = { passed: 12, failed: 1, skipped: 1, skips: [{ name: "a", reason: "no redis" }] };
    assert.equal(renderSkips(counts.skips), "skipped: a (no redis)");
    assert.equal(renderTotals(counts), "12 passed, 1 failed, 1 skipped");
  });
});
