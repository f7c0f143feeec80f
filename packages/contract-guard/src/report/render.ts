import type { AppCheck, Break } from "../check-app.ts";
import { asPointer, inWords } from "../finding.ts";
import { sectionOf, suggest } from "./suggest.ts";

/** What to print of an app: one line where all is well; else what breaks, for whom, where, and what to do. */
export function render(check: AppCheck): string {
  const { app, breaks, compared, givenUp, unnoticed } = check;
  const lines: string[] = [];
  if (breaks.length === 0) {
    lines.push(
      compared.length === 0
        ? `${app}: no client was released yet (npm run contracts -- --release ${app} 1.0.0)`
        : `${app}: keeps what it promised to ${compared.join(", ")}`,
    );
  } else {
    lines.push(`${app}: would break ${versionsOf(breaks).join(", ")} of ${compared.join(", ")}`);
    for (const group of grouped(breaks)) lines.push("", ...renderGroup(group, check));
    lines.push("", giveUp(check));
  }
  if (givenUp.length > 0) {
    lines.push(`${app}: ${givenUp.join(", ")} is no longer answered; delete it from contracts/released`);
  }
  for (const message of unnoticed)
    lines.push(`${app}: safe, as no registered operation notices it: ${message}`);
  return lines.join("\n");
}

function renderGroup(breaks: readonly Break[], { nextVersion }: AppCheck): readonly string[] {
  const [first] = breaks;
  if (first === undefined) return [];
  return [
    `  ${first.operation}`,
    ...breaks.map(
      ({ part, at, what, versions }) =>
        `    ${part}${at.length === 0 ? "" : `, ${inWords(at)} (${asPointer(at)})`}: ${what}. Breaks ${versions.join(", ")}.`,
    ),
    ...suggest(breaks, nextVersion).map((line) => `      ${line}`),
  ];
}

/** By operation, and by section within: what one dated change mends stands together. */
function grouped(breaks: readonly Break[]): readonly (readonly Break[])[] {
  const groups = new Map<string, Break[]>();
  for (const broken of breaks) {
    const key = `${broken.operation} ${sectionOf(broken) ?? ""}`;
    groups.set(key, [...(groups.get(key) ?? []), broken]);
  }
  return [...groups.values()];
}

function giveUp({ app, nextVersion, breaks }: AppCheck): string {
  const broken = versionsOf(breaks).join(", ");
  return nextVersion === undefined
    ? `  Where no client of ${broken} is left, delete it from apps/${app}/contracts/released.`
    : `  Where no client of ${broken} is left, raise the oldest version that the app answers, and delete it from apps/${app}/contracts/released.`;
}

function versionsOf(breaks: readonly Break[]): readonly string[] {
  return [...new Set(breaks.flatMap(({ versions }) => versions))];
}
