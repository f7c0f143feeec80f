import { change } from "./comparison.ts";
import type { Comparison, Mismatch } from "./comparison.ts";
import type { Bound, Measure, PlainForm } from "./plain.ts";

const WORDS: Readonly<Record<Measure, string>> = {
  value: "",
  length: " characters",
  items: " elements",
  properties: " fields",
};

/** Limits of the reader's that the sender's do not imply. */
export function compareLimits(sent: PlainForm, read: PlainForm, compared: Comparison): readonly Mismatch[] {
  const differ = (sentText: string, readText: string): Mismatch => ({
    code: "limit-changed",
    at: [],
    what: change(compared, sentText, readText),
  });
  const found: Mismatch[] = [];
  const whole = sent.type === "integer";
  for (const [measure, readBound] of read.lower) {
    const bound = whole ? nextWhole(readBound, 1) : readBound;
    const sentBound = sent.lower.get(measure) ?? leastOf(measure);
    const own = whole && sentBound !== undefined ? nextWhole(sentBound, 1) : sentBound;
    if (!reaches(own, bound, (a, b) => a > b))
      found.push(differ(atLeast(own, measure), atLeast(bound, measure)));
  }
  for (const [measure, readBound] of read.upper) {
    const bound = whole ? nextWhole(readBound, -1) : readBound;
    const sentBound = sent.upper.get(measure);
    const own = whole && sentBound !== undefined ? nextWhole(sentBound, -1) : sentBound;
    if (!reaches(own, bound, (a, b) => a < b))
      found.push(differ(atMost(own, measure), atMost(bound, measure)));
  }
  for (const multiple of read.multiplesOf) {
    if (![...sent.multiplesOf].some((own) => isMultiple(own, multiple)) && !isWhole(sent, multiple))
      found.push(differ(multiples(sent), multiples(read)));
  }
  for (const pattern of read.patterns) {
    if (!sent.patterns.has(pattern)) found.push(differ(patterns(sent), patterns(read)));
  }
  if (read.unique && !sent.unique) found.push(differ("with the same element twice", "without"));
  return found;
}

/** The first whole number within a bound: for integers "more than 0" is "at least 1". @param step 1 for a least, -1 for a most */
function nextWhole({ value, exclusive }: Bound, step: 1 | -1): Bound {
  if (exclusive && Number.isInteger(value)) return { value: value + step, exclusive: false };
  return { value: step === 1 ? Math.ceil(value) : Math.floor(value), exclusive: false };
}

function leastOf(measure: Measure): Bound | undefined {
  return measure === "value" ? undefined : { value: 0, exclusive: false };
}

/** Whether the sender's own bound keeps to the reader's. */
function reaches(own: Bound | undefined, bound: Bound, beyond: (a: number, b: number) => boolean): boolean {
  if (own === undefined) return false;
  if (own.value === bound.value) return own.exclusive || !bound.exclusive;
  return beyond(own.value, bound.value);
}

/** Cents are not exact in binary: 0.05 % 0.01 is 0.01, nearly. */
function isMultiple(value: number, of: number): boolean {
  const times = value / of;
  return Math.abs(times - Math.round(times)) < 1e-9 * Math.max(1, times);
}

function isWhole(form: PlainForm, multiple: number): boolean {
  return form.type === "integer" && multiple === 1;
}

function atLeast(bound: Bound | undefined, measure: Measure): string {
  if (bound === undefined) return "without a least";
  return `${bound.exclusive ? "more than" : "at least"} ${bound.value}${WORDS[measure]}`;
}

function atMost(bound: Bound | undefined, measure: Measure): string {
  if (bound === undefined) return "without a most";
  return `${bound.exclusive ? "less than" : "at most"} ${bound.value}${WORDS[measure]}`;
}

function multiples({ multiplesOf }: PlainForm): string {
  return multiplesOf.size === 0 ? "any number" : `a multiple of ${[...multiplesOf].join(" and ")}`;
}

function patterns(form: PlainForm): string {
  return form.patterns.size === 0 ? "any text" : `text like ${[...form.patterns].join(" and ")}`;
}
