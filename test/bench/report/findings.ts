import { cpus, loadavg, release, totalmem, type } from "node:os";
import type { Cores } from "../lab/cores.ts";
import { median, medianInterval } from "../measure/statistics.ts";
import type { Bar } from "./bar-chart.ts";
import { markdownTable } from "./table.ts";
import type { Column } from "./table.ts";

/** What a report found. */
export type Findings = {
  readonly title: string;
  readonly method: string;
  /** The machine. */
  readonly environment: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly string[])[];
  readonly verdicts: readonly Verdict[];
  readonly notes: readonly string[];
  /** The programs that did not run, and why. */
  readonly leftOut: readonly string[];
  /** Its chart; none where nothing is compared. */
  readonly bars: readonly Bar[];
};

/** A program's number beside another's. */
export type Comparison = {
  readonly by: "ratio" | "difference";
  readonly measured: number;
  /** Both numbers, the program's first. */
  readonly values: readonly [number, number];
  /** The same comparison for each process, beside the other's of the same occasion. */
  readonly processes: readonly number[];
  /** The same comparison in each turn of each process. */
  readonly turns: readonly number[];
};

/** A number that was measured, and the limit that it is held to. */
export type Verdict = {
  readonly what: string;
  readonly relation: "at most" | "at least";
  readonly limit: number;
  /** What is aimed at beyond the limit, if anything is. */
  readonly goal?: number | undefined;
  readonly measured: number;
  readonly comparison?: Comparison;
};

/** A verdict in a line, such as `NOT MET: …: at most 1.2 ×, measured 1.82 × (853 and 469; …)`. */
export function verdictLine({ what, relation, limit, goal, measured, comparison }: Verdict): string {
  const reaches = (aim: number) => reached(relation, aim, measured);
  const told = comparison === undefined ? short(measured) : comparisonText(comparison);
  const unit = comparison?.by === "ratio" ? " ×" : "";
  const beyond =
    goal === undefined ? "" : ` (the goal of ${goal}${unit} is ${reaches(goal) ? "" : "not "}reached)`;
  return `${reaches(limit) ? "MET" : "NOT MET"}: ${what}: ${relation} ${limit}${unit}${beyond}, measured ${told}`;
}

/** A number that could not be measured reaches nothing: NaN fails both comparisons. */
function reached(relation: Verdict["relation"], aim: number, measured: number): boolean {
  return relation === "at most" ? measured <= aim : measured >= aim;
}

/** What was aimed at in all reports, as a table in Markdown. */
export function aimsMarkdown(reports: readonly Pick<Findings, "title" | "verdicts">[]): string {
  const numbers = true;
  const columns = [
    { head: "report" },
    { head: "" },
    ...["measured", "limit", "goal"].map((head) => ({ head, numbers })),
    { head: "" },
  ];
  const rows = reports.flatMap(({ title, verdicts }) =>
    verdicts.map(({ what, relation, limit, goal, measured, comparison }, index) => {
      const unit = comparison?.by === "ratio" ? " ×" : "";
      const sign = relation === "at most" ? "≤" : "≥";
      const state = [goal ?? limit, limit].map((aim) => reached(relation, aim, measured));
      return [
        index === 0 ? title : "",
        what,
        `${short(measured)}${unit}`,
        `${sign} ${limit}${unit}`,
        goal === undefined ? "" : `${sign} ${goal}${unit}`,
        state[0] ? "reached" : state[1] ? "limit met" : "**not met**",
      ];
    }),
  );
  return markdownTable(columns, rows);
}

/** A comparison in words: by process, and with the 95% interval of the median over its turns. */
export function comparisonText({ by, measured, values, processes, turns }: Comparison): string {
  const { from, to } = medianInterval(turns);
  const each = processes.length > 1 ? ` by process ${processes.map(short).join(", ")};` : "";
  const interval = `${short(median(turns))}, 95% interval ${short(from)} to ${short(to)}`;
  const number = `${short(measured)}${by === "ratio" ? " ×" : ""}`;
  return `${number} (${values.map(short).join(" and ")};${each} by turns ${interval})`;
}

/** In a line, the machine that numbers were measured on. @param cores of the programs, if pinned */
export function environmentLine(cores: Cores | undefined): string {
  const all = cpus();
  const pinned =
    cores === undefined
      ? "no process is pinned"
      : `each measured program on core ${cores.measured}, the rest on core ${cores.others}`;
  return [
    `${all[0]?.model.trim() ?? "unknown"}, ${all.length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB`,
    `${type()} ${release()}`,
    `Node ${process.version}`,
    pinned,
    // What else the machine had to do in the last minute.
    `load average ${(loadavg()[0] ?? 0).toFixed(1)}`,
    new Date().toISOString(),
  ].join("; ");
}

/** Findings as Markdown: for docs/performance.md, and for a terminal. */
export function findingsMarkdown(findings: Findings): string {
  const { method, columns, rows, verdicts, notes, leftOut, environment } = findings;
  const missing = leftOut.map((line) => `not measured: ${line.split("\n", 1)[0]}`);
  const points = [...verdicts.map(verdictLine), ...notes, ...missing].map((line) => `- ${line}`);
  const parts = [method, markdownTable(columns, rows), points.join("\n"), `Measured on: ${environment}.`];
  return parts.filter(Boolean).join("\n\n");
}

/** Two or three digits: these measurements are good for no more. */
function short(value: number): string {
  if (Number.isNaN(value)) return "nothing";
  if (value === 0 || !Number.isFinite(value)) return String(value);
  const size = Math.floor(Math.log10(Math.abs(value)));
  return value.toFixed(Math.min(3, Math.max(0, 2 - Math.max(size, -1))));
}
