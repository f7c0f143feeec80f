import { readFileSync } from "node:fs";

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

/** The counts in a file. @throws Error where it holds something else */
export function readSummary(path: string): TestCounts {
  const value: unknown = JSON.parse(readFileSync(path, "utf8"));
  if (isTestCounts(value)) return value;
  throw new Error(`${path} holds no counts of tests: delete it`);
}

/** Whether a message of a test's process or a file holds counts. */
export function isTestCounts(value: unknown): value is TestCounts {
  const { passed, failed, skipped, skips } = Object(value);
  return [passed, failed, skipped].every(Number.isInteger) && Array.isArray(skips);
}

/** One line for each skipped test, then the totals. */
export function renderCounts({ passed, failed, skipped, skips }: TestCounts): string {
  const lines = skips.map(({ name, reason }) => `skipped: ${name} (${reason})`);
  return [...lines, `${passed} passed, ${failed} failed, ${skipped} skipped`].join("\n");
}
