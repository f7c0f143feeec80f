import type { Break } from "../check-app.ts";
import type { FindingCode } from "../finding.ts";
import { inWords } from "../finding.ts";

/** What an older shape needs, in the words of its `toOlder`. */
const TO_OLDER: Partial<Record<FindingCode, (field: string) => string>> = {
  "field-removed": (field) => `give ${field} back from what was loaded`,
  "field-optional": (field) => `put something in where ${field} is missing`,
  "null-added": (field) => `put something in where ${field} is null`,
  "type-changed": (field) => `make ${field} what it was, from what was loaded`,
  "format-changed": (field) => `write ${field} as it was`,
  "value-unknown": (field) => `turn what is new in ${field} into "unknown", which every enum has`,
  "limit-changed": (field) => `keep ${field} within what it was`,
};

/** What to do about a break that no dated change mends. */
const ELSE: Record<FindingCode, string> = {
  "operation-removed": "Keep the screen: its address may go when no supported client asks for it.",
  "status-removed": "Answer the status that clients wait for.",
  "status-added": "Answer a status that was declared; any problem may come, as application/problem+json.",
  "media-type-removed": "Keep the media type beside the new one.",
  "header-removed": "Keep sending the header.",
  "header-optional": "Keep sending the header always.",
  "field-removed": "Keep the field beside the new one.",
  "field-optional": "Always send the field: with an empty value, or that of before.",
  "field-required": "Make it optional, and say what it means when it is left out.",
  "field-refused": "Keep taking the field; it may be ignored.",
  "type-changed": "Keep the field as it is, and add the new one beside it under another name.",
  "format-changed": "Keep the format, and add a field beside it under another name.",
  "null-added": "Send something in place of null, or add a nullable field beside it under another name.",
  "null-refused": "Keep taking null, as if it were left out.",
  "value-unknown":
    'Send "unknown" (UNKNOWN) for the new value, and add a field beside it that knows it, under another name.',
  "value-refused": "Keep taking the value, and turn it into what stands for it now.",
  "limit-changed": "Keep the limit as it was: looser for what is taken, tighter for what is sent.",
  "default-changed": "Leave the default as it was.",
  "parameter-removed": "Keep taking the parameter.",
  "parameter-required": "Make it optional, and say what it means when it is left out.",
  "body-required": "Take a request without a body as well.",
  "body-removed": "Keep taking the body.",
  "security-changed": "Keep taking what clients show now, beside the new.",
  "address-changed": "Keep the address beside the new one.",
  "problem-renamed": "Keep the problem's type.",
  "document-removed": "Put the file back: who registered a document may name it by its hash for ever.",
  "document-invalid": "Keep what the document asks for, and add the new beside it.",
  "not-weighed": "Leave it as it was.",
};

/**
 * What would keep the released clients working: the dated change of a screen's section, where clients say their version, else
 * what each break needs.
 * @param breaks of one operation and section
 * @param nextVersion the first version that knows the newer shape; undefined where all clients get the same
 */
export function suggest(breaks: readonly Break[], nextVersion: string | undefined): readonly string[] {
  const dated = nextVersion === undefined ? [] : breaks.filter(isOfSection);
  const rest = breaks.filter((broken) => !dated.includes(broken));
  return [
    ...(nextVersion === undefined || dated.length === 0 ? [] : datedChange(dated, nextVersion)),
    ...new Set(rest.map(({ code }) => ELSE[code])),
  ];
}

/** The section in which a break is, where a dated change of it could mend it. */
export function sectionOf(broken: Break): string | undefined {
  const isScreen = broken.direction === "answer" && broken.part === "answer 200, application/json";
  const [section] = broken.at;
  return isScreen && section !== "degraded" ? section : undefined;
}

function isOfSection(broken: Break): boolean {
  return sectionOf(broken) !== undefined && broken.code in TO_OLDER;
}

function datedChange(breaks: readonly Break[], nextVersion: string): readonly string[] {
  const [section = ""] = breaks.map(sectionOf);
  const isWhole = breaks.some(({ at, code }) => at.length === 1 && code === "field-removed");
  if (isWhole) return [`Keep the section ${section}: it may answer its fallback.`];
  const notes = breaks.map(({ at, what }) => `${inWords(at)} ${what}`).join("; ");
  const hints = [...new Set(breaks.map(({ code, at }) => TO_OLDER[code]?.(inWords(at.slice(1)) || section)))];
  return [
    `Give the section ${section} a dated change, and clients before ${nextVersion} what they know:`,
    `  changes: [datedChange({`,
    `    until: ${JSON.stringify(nextVersion)},`,
    `    note: ${JSON.stringify(notes)},`,
    `    newer: /* the section's schema */, older: /* the same as it was */,`,
    `    toOlder: (newer, loaded) => /* ${hints.join("; ")} */,`,
    `  })]`,
    `then make ${nextVersion} the app's newest version (NEWEST_APP_VERSION).`,
  ];
}
