import { parseArgs } from "node:util";

export const REPORTS = ["pages"] as const;
export type ReportName = (typeof REPORTS)[number];

export type Options = {
  /** The project against the bare program alone, in about a minute. */
  readonly quick: boolean;
  readonly reports: readonly ReportName[];
  /** Whether the numbers go into docs/performance.md. */
  readonly write: boolean;
};

export const USAGE = `npm run bench -- [--quick | --write] [--only ${REPORTS.join("|")}]…`;

/** @throws TypeError for what is no option, and for a quick run that would be written down */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: "boolean", default: false },
      write: { type: "boolean", default: false },
      only: { type: "string", multiple: true, default: [] },
    },
  });
  const { quick, write } = values;
  if (quick && write) throw new TypeError("--write expects a whole run, got --quick too: leave one out");
  for (const name of values.only) {
    if (!REPORTS.some((report) => report === name)) {
      throw new TypeError(`--only expects ${REPORTS.join(", ")}, got '${name}'`);
    }
  }
  const chosen = REPORTS.filter((report) => values.only.includes(report));
  const usual = quick ? REPORTS.slice(0, 1) : REPORTS;
  return { quick, write, reports: chosen.length > 0 ? chosen : usual };
}
