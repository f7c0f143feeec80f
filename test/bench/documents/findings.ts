import { barChart } from "../report/bar-chart.ts";
import { environmentLine } from "../report/environment.ts";
import type { Environment } from "../report/environment.ts";
import { findingsInMarkdown } from "../report/findings.ts";
import type { Findings } from "../report/findings.ts";
import { writeBeside, writeTables } from "./places.ts";

/** Writes a report down: as numbers, as a chart if it has one, as a block in docs/performance.md. @returns the files */
export function writeFindings(name: string, environment: Environment, findings: Findings): string[] {
  const { chart, ...numbers } = findings;
  const machine = environmentLine(environment).split("\n").join("; ");
  const block = `${findingsInMarkdown(findings)}\n\nMeasured on: ${machine}.`;
  return [
    writeBeside(`${name}.json`, `${JSON.stringify({ environment, ...numbers }, undefined, 2)}\n`),
    ...(chart === undefined ? [] : [writeBeside(`${name}.svg`, barChart(chart.title, chart.groups))]),
    writeTables({ [name]: block }),
  ];
}
