import type { Difference } from "@triptych/gateway";
import { markdownTable } from "../bench/report/table.ts";

/** Every pair in which two versions differ at one place. */
export interface Finding extends Difference {
  readonly app: string;
  /** The path of the first such request, and whose it was. */
  readonly path: string;
  readonly user: string;
  readonly pairs: number;
}

/** What was played, and what came of it. */
export interface Outcome {
  readonly findings: readonly Finding[];
  /** How many requests both versions were asked. */
  readonly pairs: number;
  /** How many of them both answered with a problem. */
  readonly refused: number;
  /** Screens that the base does not have: `web-bff orders-page`. */
  readonly added: readonly string[];
}

/** The table of findings, or the sentence that there are none. */
export function render(
  { findings, pairs, refused, added }: Outcome,
  { name, here }: { readonly name: string; readonly here: string },
): string {
  const news = added.map((screen) => `${screen} is new: there is nothing to compare it with.\n`).join("");
  const problems = refused === 0 ? "" : `, ${refused} of them with a problem by both`;
  const compared = `${news}${pairs} requests were answered by ${name} and by ${here}${problems}`;
  if (findings.length === 0) return `${compared}: all alike.`;
  const cell = (text: string | number): string => String(text).replaceAll("|", "\\|").replaceAll(/\s+/g, " ");
  const heads = ["app", "where", "requests", "before", "here", "for example"];
  const rows = findings.map(({ app, at, pairs: count, base, here, path, user }) =>
    [app, `\`${at}\``, count, base, here, `${path} of user ${user}`].map(cell),
  );
  const columns = heads.map((head) => ({ head, numbers: head === "requests" }));
  return `${compared}. They differ here:\n\n${markdownTable(columns, rows)}`;
}
