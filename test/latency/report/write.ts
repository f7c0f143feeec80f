import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { putBetweenMarkers } from "../../bench/documents/between-markers.ts";
import { barChart } from "../../bench/report/bar-chart.ts";
import type { Environment } from "../../bench/report/environment.ts";
import { environmentLine } from "../../bench/report/environment.ts";
import { markdownTable } from "../../bench/report/markdown.ts";
import type { Cell, LatencyRun } from "../run.ts";
import { DELAYS } from "../stack/site.ts";
import { tablesOf } from "./tables.ts";

const DOCS = join(import.meta.dirname, "../../../docs");

/** Writes a run down: as numbers, as charts, as tables in docs/latency.md. @returns the files, from the repository's root */
export function writeRun(run: LatencyRun, environment: Environment): readonly string[] {
  mkdirSync(join(DOCS, "latency"), { recursive: true });
  const numbers = { environment, delays: DELAYS, ...run };
  writeFileSync(join(DOCS, "latency/latency.json"), `${JSON.stringify(numbers, undefined, 2)}\n`);
  writeFileSync(join(DOCS, "latency/data.svg"), dataChart(run.cells));
  writeFileSync(join(DOCS, "latency/html.svg"), htmlChart(run.cells));
  const file = join(DOCS, "latency.md");
  writeFileSync(file, putBetweenMarkers(readFileSync(file, "utf8"), "latency", blockOf(run, environment)));
  return ["docs/latency.md", "docs/latency/latency.json", "docs/latency/data.svg", "docs/latency/html.svg"];
}

/** What stands above the tables: what they were measured with. */
export function conditionsOf(run: LatencyRun, environment: Environment): string {
  const delays = Object.entries(DELAYS).map(
    ([name, { medianMs, p99Ms }]) => `${name} ${medianMs} and ${p99Ms}`,
  );
  const cells = run.cells.filter(({ connection }) => connection === "new");
  const counts = [...new Set(cells.map(({ profile }) => profile))].map((name) => {
    const own = cells.filter(({ profile }) => profile === name);
    const told = own.map(({ repetitions, protocol, by }) =>
      by === "proxy" ? `${repetitions} over ${protocol}` : `${repetitions} by the browser's emulation`,
    );
    return `${name} ${told.join(", ")}`;
  });
  const degraded = run.cells.reduce((sum, cell) => sum + cell.degraded, 0);
  return [
    `The services take log-normal times, by a seed; median and 99th percentile in ms: ${delays.join(", ")}.`,
    `Repetitions: ${counts.join("; ")}; in brackets 95% of what their median may be.`,
    `${degraded} of the BFF's answers lacked a part, for its deadline had passed.`,
    `Chromium ${run.browserVersion}; ${environmentLine(environment).split("\n").join("; ")}.`,
  ].join(" ");
}

function blockOf(run: LatencyRun, environment: Environment): string {
  const tables = tablesOf(run.cells, run.calibrated).map(
    ({ title, columns, rows }) => `### ${title}\n\n${markdownTable(columns, rows)}`,
  );
  return [conditionsOf(run, environment), ...tables].join("\n\n");
}

function dataChart(cells: readonly Cell[]): string {
  const groups = cells
    .filter(({ by }) => by === "proxy")
    .map(({ profile, protocol, connection, data }) => ({
      title: `${profile}, ${protocol}, ${connection} connection: ms until the data is complete`,
      bars: [
        bar("four calls to the services", data.services, false),
        bar("one call to the BFF", data.bff, true),
      ],
    }));
  return barChart("The home page's data, from the services and from the BFF", groups);
}

function htmlChart(cells: readonly Cell[]): string {
  const groups = cells.flatMap(({ profile, connection, html }) =>
    html === undefined
      ? []
      : {
          title: `${profile}, HTTP/2, ${connection} connection: ms`,
          bars: [
            bar("JSON complete", html.json, false),
            bar("HTML: first byte", html.firstByte, true),
            bar("HTML: first section", html.firstSection, true),
            bar("HTML complete", html.complete, true),
          ],
        },
  );
  return barChart("Plain JSON and streamed HTML", groups);
}

function bar(label: string, ms: number, strong: boolean) {
  return { label, value: ms, text: ms.toFixed(0), from: ms, to: ms, strong };
}
