import { parseArgs } from "node:util";

export const REPORTS = ["pages"] as const;
export type ReportName = (typeof REPORTS)[number];

export type Options = {
  /** The project against the bare program alone, in about a minute. */
  readonly quick: boolean;
  readonly reports: readonly ReportName[];
};

export const USAGE = `npm run bench -- [--quick] [--only ${REPORTS.join("|")}]…`;

/** @throws TypeError for what is no option */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: "boolean", default: false },
      only: { type: "string", multiple: true, default: [] },
    },
  });
  for (const name of values.only) {
    if (!REPORTS.some((report) => report === name)) {
      throw new TypeError(`--only expects ${REPORTS.join(", ")}, got '${name}'`);
    }
  }
  const chosen = REPORTS.filter((report) => values.only.includes(report));
  const usual = values.quick ? REPORTS.slice(0, 1) : REPORTS;
  return { quick: values.quick, reports: chosen.length > 0 ? chosen : usual };
}
