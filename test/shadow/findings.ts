import type { Difference } from "@triptych/gateway";

/** Every pair in which two versions differ at one place. */
export interface Finding extends Difference {
  readonly app: string;
  /** The path of the first such request, and whose it was. */
  readonly path: string;
  readonly user: string;
  readonly pairs: number;
}

/** The table of findings, or the sentence that there are none. */
export function render(findings: readonly Finding[], pairs: number, baseName: string): string {
  const compared = `${pairs} requests were answered by ${baseName} and by what is here`;
  if (findings.length === 0) return `${compared}: all alike.`;
  const cell = (text: string | number): string => String(text).replaceAll("|", "\\|").replaceAll(/\s+/g, " ");
  const rows = findings.map(({ app, at, pairs: count, base, here, path, user }) =>
    ["", app, `\`${at}\``, count, base, here, `${path} of user ${user}`, ""].map(cell).join(" | ").trim(),
  );
  return [
    `${compared}. They differ here:`,
    "",
    "| app | where | requests | before | here | for example |",
    "| --- | --- | ---: | --- | --- | --- |",
    ...rows,
  ].join("\n");
}
