import { readFileSync } from "node:fs";

/** A test that did not run, and why: `todo` counts as skipped, because nothing was proved. */
export interface Skip {
  readonly name: string;
  readonly reason: string;
}

export interface TestCounts {
  passed: number;
  failed: number;
  skipped: number;
  skips: Skip[];
}

export function noTests(): TestCounts {
  return { passed: 0, failed: 0, skipped: 0, skips: [] };
}

export function addCounts(total: TestCounts, more: TestCounts): TestCounts {
  return {
    passed: total.passed + more.passed,
    failed: total.failed + more.failed,
    skipped: total.skipped + more.skipped,
    skips: [...total.skips, ...more.skips],
  };
}

/** Where a workspace's task leaves its counts, relative to the workspace; turbo restores it from its cache. */
export function summaryPath(task: string): string {
  return `.turbo/${task}-summary.json`;
}

/** The counts in a file, or `undefined` where the task left none: it has no tests, or never ended. */
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
