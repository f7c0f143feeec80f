import { parseArgs } from "node:util";

/** The command, with its options. */
export const USAGE = "npm run bench -- [--quick [--base <git ref>] | [--write] [<report> …]]";

/**
 * Reads the command's arguments. The reports are named, or by the beginning of their name: `pages`
 * is all `pages-…`; none: all.
 *
 * @param names of all reports
 * @throws TypeError for an unknown option or report, and for options that exclude each other
 */
export function readOptions(args: readonly string[], names: readonly string[]) {
  const { values, positionals: reports } = parseArgs({
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
  if (quick && reports.length > 0) throw new TypeError(`--quick takes no report, got '${reports.join(" ")}'`);
  if (base !== undefined && !quick) throw new TypeError("--base expects --quick: it compares a page's cost");
  const unknown = reports.find((asked) => !names.some((name) => isAsked(name, asked)));
  if (unknown === undefined) return { quick, write, base, reports };
  throw new TypeError(`expected reports of ${names.join(", ")}, got '${unknown}'`);
}

/** Whether a report is meant by what was asked for. */
export function isAsked(name: string, asked: string): boolean {
  return name === asked || name.startsWith(`${asked}-`);
}
