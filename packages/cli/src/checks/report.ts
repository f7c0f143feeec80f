import type { TestCounts } from "./summary.ts";
import type { TaskRun } from "./turbo-run.ts";

/** A table: a row per workspace, a column per check. `cached`, `1.2 s` or `FAILED`. */
export function renderTable(runs: readonly TaskRun[], tasks: readonly string[]): string {
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

/** What was not proved on this machine, one line each. */
export function renderSkips(skips: TestCounts["skips"]): string {
  return skips.map(({ name, reason }) => `skipped: ${name} (${reason})`).join("\n");
}

/** The last line of `npm test`. */
export function renderTotals({ passed, failed, skipped }: TestCounts): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}
