import type { AppCheck, Break } from "./check-app.ts";
import { ADVICE } from "./finding.ts";
import type { FindingCode } from "./finding.ts";

/** What the `toOlder` of a dated change has to do, by what changed. */
const TO_OLDER: Partial<Record<FindingCode, (field: string) => string>> = {
  "field-removed": (field) => `give ${field} back, from newer if it has another name there, else from loaded`,
  "field-optional": (field) => `fill in ${field} where it is missing`,
  "null-added": (field) => `fill in ${field} where it is null`,
  "type-changed": (field) => `turn ${field} back into what it was, from newer or from loaded`,
  "format-changed": (field) => `write ${field} as before`,
  "value-unknown": (field) => `replace new values of ${field} by "unknown", which every enum has`,
  "limit-changed": (field) => `keep ${field} within its old limit`,
};

/** What to print about an app: what breaks, for whom, where and what to do. */
export function render(check: AppCheck): string {
  const { app, breaks, compared, givenUp, unnoticed } = check;
  const lines: string[] = [];
  if (compared.length === 0 && breaks.length === 0) {
    lines.push(
      `${app}: no client was released yet (npm run contracts -- --release ${app} ${check.version ?? "1.0.0"})`,
    );
  } else if (breaks.length === 0) {
    lines.push(`${app}: keeps what it promised to ${compared.join(", ")}`);
  } else {
    const broken = [...new Set(breaks.flatMap(({ versions }) => versions))].join(", ");
    const raise =
      check.nextVersion === undefined ? "" : "raise the oldest version that the app answers, and ";
    lines.push(
      `${app}: would break ${broken} of ${compared.join(", ")}`,
      ...grouped(breaks).flatMap((group) => renderGroup(group, check)),
      "",
      `  If no client of ${broken} is left, ${raise}delete it from apps/${app}/contracts/released.`,
    );
  }
  if (givenUp.length > 0)
    lines.push(`${app}: ${givenUp.join(", ")} is no longer answered; delete it from contracts/released`);
  for (const message of unnoticed)
    lines.push(`${app}: safe, as no registered operation notices it: ${message}`);
  return lines.join("\n");
}

/**
 * By section of a screen, which one dated change can mend for the screen and for its commands. By
 * operation what belongs to none.
 */
function grouped(breaks: readonly Break[]): readonly (readonly Break[])[] {
  const placeOf = (broken: Break): string => {
    const section = sectionOf(broken);
    return section === undefined ? broken.operation : `${broken.screen ?? broken.operation} ${section}`;
  };
  return [...Map.groupBy(breaks, placeOf).values()];
}

function renderGroup(breaks: readonly Break[], check: AppCheck): readonly string[] {
  const lines = breaks.flatMap(({ operation, part, at, what, versions }, index) => {
    const place = at.length === 0 ? part : `${part}, ${inWords(at)} (${asPointer(at)})`;
    const line = `    ${place}: ${what}. Breaks ${versions.join(", ")}.`;
    return operation === breaks[index - 1]?.operation ? [line] : [`  ${operation}`, line];
  });
  return ["", ...lines, ...suggest(breaks, check).map((line) => `      ${line}`)];
}

/**
 * What would keep the released clients working: a dated change of the section where clients say
 * their version, otherwise what each break needs.
 * @param breaks those of one section, or of one operation
 */
function suggest(breaks: readonly Break[], { app, nextVersion }: AppCheck): readonly string[] {
  const isDatable = (broken: Break): boolean => sectionOf(broken) !== undefined && broken.code in TO_OLDER;
  const dated = nextVersion === undefined ? [] : breaks.filter(isDatable);
  const rest = breaks.filter((broken) => !dated.includes(broken));
  return [
    ...(nextVersion === undefined || dated.length === 0 ? [] : datedChange(dated, app, nextVersion)),
    ...new Set(rest.map(({ code }) => ADVICE[code])),
  ];
}

/** The section of a screen's answer that a break is in, if a dated change could mend it. */
function sectionOf({ direction, part, at }: Break): string | undefined {
  const isScreen = direction === "answer" && part === "answer 200, application/json";
  return isScreen && at[0] !== "degraded" ? at[0] : undefined;
}

function datedChange(breaks: readonly Break[], app: string, nextVersion: string): readonly string[] {
  const [section = ""] = breaks.map(sectionOf);
  const isWhole = breaks.some(({ at, code }) => at.length === 1 && code === "field-removed");
  if (isWhole) return [`Keep the section ${section}: it may answer its fallback.`];
  const notes = [...new Set(breaks.map(({ at, what }) => `${inWords(at)} ${what}`))].join("; ");
  const hints = [...new Set(breaks.map(({ code, at }) => TO_OLDER[code]?.(inWords(at.slice(1)) || section)))];
  const file = breaks[0]?.file === undefined ? "its screen" : `apps/${app}/${breaks[0].file}`;
  return [
    `In ${file}, give the section ${section} a dated change, so that clients before ${nextVersion} get what they know:`,
    `  import { datedChanges } from "@triptych/screen";`,
    `  changes: datedChanges<typeof /* its schema */>().until(${JSON.stringify(nextVersion)}, {`,
    `    note: ${JSON.stringify(notes)},`,
    `    older: /* the schema as it was */,`,
    `    toOlder: (newer, loaded: /* what load gives */ | undefined) => /* ${hints.join("; ")} */,`,
    `  })  /* then those that it has: .until(…), each made from the one before it */`,
    `then make ${nextVersion} the app's newest version (versions.newest in apps/${app}/src/app.ts).`,
    `If it has such a change already, it is dated until a released version: date it until ${nextVersion}.`,
  ];
}

/** `picks[].price`, as people write it. */
function inWords(at: readonly string[]): string {
  return at.reduce((text, step) => (step === "[]" || text === "" ? `${text}${step}` : `${text}.${step}`), "");
}

/** A JSON pointer (RFC 6901) with `*` for any element. */
function asPointer(at: readonly string[]): string {
  const escaped = (step: string): string => step.replaceAll("~", "~0").replaceAll("/", "~1");
  return at.map((step) => `/${step === "[]" || step === "{}" ? "*" : escaped(step)}`).join("");
}
