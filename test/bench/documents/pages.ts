import { barChart } from "../report/bar-chart.ts";
import type { Environment } from "../report/environment.ts";
import { environmentLine } from "../report/environment.ts";
import { markdownTable } from "../report/markdown.ts";
import { tellLimit } from "../reports/pages.ts";
import type { GroupResult } from "../reports/pages.ts";
import { writeBeside, writeTables } from "./places.ts";

export type PagesRun = { readonly environment: Environment; readonly groups: readonly GroupResult[] };

/** Writes a run down: as numbers, as a chart, as tables in docs/performance.md. @returns the files */
export function writePages(run: PagesRun): string[] {
  return [
    writeBeside("pages.json", `${JSON.stringify(run, undefined, 2)}\n`),
    writeBeside("pages.svg", chartOf(run)),
    writeTables({ pages: tablesOf(run) }),
  ];
}

function chartOf({ groups }: PagesRun): string {
  return barChart(
    "CPU time of a page, as a multiple",
    groups.map(({ title, baselineName, costs }) => ({
      title: `${title}: CPU time, × ${baselineName}`,
      bars: costs.map(({ name, project, ratio, ratioFrom, ratioTo }) => ({
        label: name,
        value: ratio,
        text: `${ratio.toFixed(2)} ×`,
        from: ratioFrom,
        to: ratioTo,
        strong: project,
      })),
    })),
  );
}

function tablesOf({ environment, groups }: PagesRun): string {
  const blocks = groups.map(({ title, baselineName, costs, limits, missing }) => {
    const columns = [
      { head: title },
      { head: "CPU µs a page", numbers: true },
      { head: `× ${baselineName}`, numbers: true },
      { head: "middle half of turns", numbers: true },
    ];
    const rows = costs.map(({ name, project, cpuUs, ratio, ratioFrom, ratioTo }) => [
      project ? `**${name}**` : name,
      cpuUs.toFixed(0),
      ratio.toFixed(2),
      `${ratioFrom.toFixed(2)} to ${ratioTo.toFixed(2)}`,
    ]);
    const notes = [
      ...limits.map(tellLimit),
      ...missing.map(({ name, why }) => `not measured: ${name}: ${firstLine(why)}`),
    ];
    return [markdownTable(columns, rows), notes.map((note) => `- ${note}`).join("\n")]
      .filter(Boolean)
      .join("\n\n");
  });
  const machine = environmentLine(environment).split("\n").join("; ");
  return [...blocks, `Measured on: ${machine}.`].join("\n\n");
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? "";
}
