import type { Mismatch } from "../finding.ts";
import { change, mismatch } from "./comparison.ts";
import type { Comparison, Mismatches } from "./comparison.ts";
import type { Bound, PlainForm } from "./form.ts";

/** How messages name the two sides of a range, and what is measured. */
const WORDS = {
  lower: { inclusive: "at least", exclusive: "more than", none: "without a minimum" },
  upper: { inclusive: "at most", exclusive: "less than", none: "without a maximum" },
  value: "",
  length: " characters",
  items: " elements",
  properties: " fields",
} as const;

/** The reader's limits that the sender's limits do not imply. */
export function compareLimits(sent: PlainForm, read: PlainForm, compared: Comparison): Mismatches {
  const found: Mismatch[] = [];
  const differ = (sentText: string, readText: string): void =>
    void found.push(mismatch("limit-changed", change(compared, sentText, readText)));
  for (const [key, bound] of read.bounds) {
    const own = sent.bounds.get(key) ?? implied(bound);
    const [sentBound, readBound] = sent.type === "integer" ? [own && whole(own), whole(bound)] : [own, bound];
    if (!implies(sentBound, readBound)) differ(inWords(sentBound, bound), inWords(readBound, bound));
  }
  const isImplied = (multiple: number): boolean =>
    (sent.type === "integer" && multiple === 1) ||
    [...sent.multiplesOf].some((own) => isMultiple(own, multiple));
  for (const multiple of read.multiplesOf) if (!isImplied(multiple)) differ(multiples(sent), multiples(read));
  for (const pattern of read.patterns)
    if (!sent.patterns.has(pattern)) differ(patterns(sent), patterns(read));
  if (read.unique && !sent.unique) differ("with the same element twice", "without");
  return found;
}

/** A length or a count is at least 0, even where the schema does not say so. */
function implied(bound: Bound): Bound | undefined {
  return bound.side === "lower" && bound.measure !== "value" ? { ...bound, value: 0 } : undefined;
}

/** The same bound for integers: "more than 0" is "at least 1". */
function whole(bound: Bound): Bound {
  const { side, value, exclusive } = bound;
  const [round, next] = side === "lower" ? [Math.ceil, 1] : [Math.floor, -1];
  return {
    ...bound,
    value: exclusive && Number.isInteger(value) ? value + next : round(value),
    exclusive: false,
  };
}

/** Whether everything within the one bound is also within the other. */
function implies(own: Pick<Bound, "value" | "exclusive"> | undefined, bound: Bound): boolean {
  if (own === undefined) return false;
  if (own.value === bound.value) return own.exclusive || !bound.exclusive;
  return own.value > bound.value === (bound.side === "lower");
}

function inWords(bound: Bound | undefined, { side, measure }: Bound): string {
  const { inclusive, exclusive, none } = WORDS[side];
  if (bound === undefined) return none;
  return `${bound.exclusive ? exclusive : inclusive} ${bound.value}${WORDS[measure]}`;
}

/** Decimal fractions are not exact in binary: 0.05 % 0.01 is 0.01, nearly. */
function isMultiple(value: number, of: number): boolean {
  const times = value / of;
  return Math.abs(times - Math.round(times)) < 1e-9 * Math.max(1, times);
}

function multiples({ multiplesOf }: PlainForm): string {
  return multiplesOf.size === 0 ? "any number" : `a multiple of ${[...multiplesOf].join(" and ")}`;
}

function patterns(form: PlainForm): string {
  return form.patterns.size === 0 ? "any text" : `text like ${[...form.patterns].join(" and ")}`;
}
