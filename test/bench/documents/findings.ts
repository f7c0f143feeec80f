import { environmentLine } from "../report/environment.ts";
import type { Environment } from "../report/environment.ts";
import { findingsInMarkdown } from "../report/findings.ts";
import type { Findings } from "../report/findings.ts";
import { writeBeside, writeTables } from "./places.ts";

/** Writes a report down: as numbers, and as a block in docs/performance.md. @returns the files */
export function writeFindings(name: string, environment: Environment, findings: Findings): string[] {
  const machine = environmentLine(environment).split("\n").join("; ");
  const block = `${findingsInMarkdown(findings)}\n\nMeasured on: ${machine}.`;
  return [
    writeBeside(`${name}.json`, `${JSON.stringify({ environment, ...findings }, undefined, 2)}\n`),
    writeTables({ [name]: block }),
  ];
}
