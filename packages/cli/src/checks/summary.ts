import { readFileSync } from "node:fs";
import type { TaskRun } from "./turbo-run.ts";

/** A test that did not run, and why: `todo` counts as skipped, because nothing was proved. */
export interface Skip {
  readonly name: string;
  readonly reason: string;
}

/** How the tests of a task ended. */
export interface TestCounts {
  passed: number;
  failed: number;
  skipped: number;
  skips: Skip[];
}

/** The counts of a task without tests. */
export function noTests(): TestCounts {
  return { passed: 0, failed: 0, skipped: 0, skips: [] };
}

/** The sum of two. */
export function addCounts(total: TestCounts, more: TestCounts): TestCounts {
  return {
    passed: total.passed + more.passed,
    failed: total.failed + more.failed,
    skipped: total.skipped + more.skipped,
    skips: [...total.skips, ...more.skips],
  };
}

/**
 * Where a workspace's task leaves its counts, relative to the workspace; turbo restores it from its
 * cache.
 */
export function summaryPath(task: string): string {
  return `.turbo/${task}-summary.json`;
}

/** The counts in a file, or `undefined` if there is none: the task has no tests, or never ended. */
export function readSummary(path: string): TestCounts | undefined {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
  const value: unknown = JSON.parse(text);
  return isTestCounts(value) ? value : undefined;
}

/** Whether a message of the reporter or a file holds counts. */
export function isTestCounts(value: unknown): value is TestCounts {
  return (
    typeof value === "object" &&
    value !== null &&
    "passed" in value &&
    Number.isInteger(value.passed) &&
    "failed" in value &&
    Number.isInteger(value.failed) &&
    "skipped" in value &&
    Number.isInteger(value.skipped) &&
    "skips" in value &&
    Array.isArray(value.skips)
  );
}

/** A table: a row per workspace, a column per check. `cached`, `1.2 s` or `FAILED`. */
export function renderTable(runs: readonly TaskRun[]): string {
  const tasks = [...new Set(runs.map((run) => run.task))];
  const workspaces = [...new Set(runs.map((run) => run.workspace))].toSorted();
  const rows = [["", ...tasks]];
  for (const workspace of workspaces) {
    const own = runs.filter((run) => run.workspace === workspace);
    rows.push([workspace, ...tasks.map((task) => cell(own.find((run) => run.task === task)))]);
  }
  const widths = ["", ...tasks].map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((text, column) => text.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function cell(run: TaskRun | undefined): string {
  if (run === undefined) return "-";
  if (!run.ok) return "FAILED";
  return run.cached ? "cached" : `${run.seconds.toFixed(1)} s`;
}

/** The tests that were skipped, one line each. */
export function renderSkips(skips: TestCounts["skips"]): string {
  return skips.map(({ name, reason }) => `skipped: ${name} (${reason})`).join("\n");
}

/** The last line of `npm test`. */
export function renderTotals({ passed, failed, skipped }: TestCounts): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}
