import { parseArgs } from "node:util";

export const REPORTS = [
  "pages",
  "latency",
  "growth",
  "soak",
  "caching",
  "tracing",
  "overload",
  "start",
  "bytes",
] as const;
export type ReportName = (typeof REPORTS)[number];

export type Options = {
  /** The project against the bare program alone, in about a minute. */
  readonly quick: boolean;
  readonly reports: readonly ReportName[];
  /** Whether the numbers go into docs/performance.md. */
  readonly write: boolean;
  /** A commit that the project as it stands here is compared with. */
  readonly base: string | undefined;
};

export const USAGE = `npm run bench -- [--quick [--base <git ref>] | --write] [${REPORTS.join("|")}]…`;

/** @throws TypeError for what is no option, for a quick run that would be written down, and for a base of a whole run */
export function readOptions(args: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      quick: { type: "boolean", default: false },
      write: { type: "boolean", default: false },
      base: { type: "string" },
    },
  });
  const { quick, write, base } = values;
  if (quick && write) throw new TypeError("--write expects a whole run, got --quick too: leave one out");
  for (const name of positionals) {
    if (!REPORTS.some((report) => report === name)) {
      throw new TypeError(`expected reports of ${REPORTS.join(", ")}, got '${name}'`);
    }
  }
  const chosen = REPORTS.filter((report) => positionals.includes(report));
  if (base !== undefined && (!quick || chosen.length > 0)) {
    throw new TypeError("--base expects --quick and no report: it compares what pages cost here and there");
  }
  const usual = quick ? REPORTS.slice(0, 1) : REPORTS;
  return { quick, write, base, reports: chosen.length > 0 ? chosen : usual };
}
