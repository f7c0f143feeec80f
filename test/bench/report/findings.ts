import { markdownTable } from "./markdown.ts";
import { renderTable } from "./table.ts";
import type { Column } from "./table.ts";
import { tellVerdict } from "./verdict.ts";
import type { Verdict } from "./verdict.ts";

/** What a report found. */
export type Findings = {
  /** How it was measured, in a sentence or two: what is configured otherwise than it ships, how long it took. */
  readonly method: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly string[])[];
  readonly verdicts: readonly Verdict[];
  /** What a reader must know to trust the numbers, or not to. */
  readonly notes: readonly string[];
};

/** For a terminal. */
export function renderFindings({ method, columns, rows, verdicts, notes }: Findings): string {
  return [method, renderTable(columns, rows), ...verdicts.map(tellVerdict), ...notes].join("\n");
}

/** For docs/performance.md. */
export function findingsInMarkdown({ method, columns, rows, verdicts, notes }: Findings): string {
  const points = [...verdicts.map(tellVerdict), ...notes].map((line) => `- ${line}`);
  return [method, markdownTable(columns, rows), points.join("\n")].join("\n\n");
}
