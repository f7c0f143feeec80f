import type { Mismatch } from "../finding.ts";
import { equal, isList, isObject } from "../json.ts";
import type { Json } from "../json.ts";
import { change, mismatch } from "./comparison.ts";
import type { Comparison } from "./comparison.ts";
import type { Bound, Measure, PlainForm } from "./form.ts";

const UNITS: Readonly<Record<Measure, string>> = {
  value: "",
  length: " characters",
  items: " elements",
  properties: " fields",
};

/** One side of a range, and how messages name it. */
type Side = {
  readonly bounds: "lower" | "upper";
  /** The direction in which the bound gets tighter. */
  readonly tighter: 1 | -1;
  readonly inclusive: string;
  readonly exclusive: string;
  readonly none: string;
};

const SIDES: readonly Side[] = [
  { bounds: "lower", tighter: 1, inclusive: "at least", exclusive: "more than", none: "without a minimum" },
  { bounds: "upper", tighter: -1, inclusive: "at most", exclusive: "less than", none: "without a maximum" },
];

/** The reader's limits that the sender's limits do not imply. */
export function compareLimits(sent: PlainForm, read: PlainForm, compared: Comparison): readonly Mismatch[] {
  const differ = (sentText: string, readText: string): Mismatch =>
    mismatch("limit-changed", change(compared, sentText, readText));
  const found = SIDES.flatMap((side) =>
    [...read[side.bounds].keys()].flatMap((measure) => {
      const [own, bound] = [boundOf(sent, measure, side), boundOf(read, measure, side, sent)];
      return implies(own, bound, side)
        ? []
        : [differ(inWords(own, measure, side), inWords(bound, measure, side))];
    }),
  );
  const isImplied = (multiple: number): boolean =>
    (sent.type === "integer" && multiple === 1) ||
    [...sent.multiplesOf].some((own) => isMultiple(own, multiple));
  for (const multiple of read.multiplesOf)
    if (!isImplied(multiple)) found.push(differ(multiples(sent), multiples(read)));
  for (const pattern of read.patterns)
    if (!sent.patterns.has(pattern)) found.push(differ(patterns(sent), patterns(read)));
  if (read.unique && !sent.unique) found.push(differ("with the same element twice", "without"));
  return found;
}

/**
 * A form's bound of a measure. For integers "more than 0" is "at least 1", so that both ways to
 * write it compare as equal.
 */
function boundOf(form: PlainForm, measure: Measure, side: Side, typed = form): Bound | undefined {
  // A length or a count is at least 0, said or not.
  const implied = side.bounds === "lower" && measure !== "value" ? { value: 0, exclusive: false } : undefined;
  const bound = form[side.bounds].get(measure) ?? implied;
  if (bound === undefined || typed.type !== "integer") return bound;
  const { value, exclusive } = bound;
  if (exclusive && Number.isInteger(value)) return { value: value + side.tighter, exclusive: false };
  return { value: side.tighter === 1 ? Math.ceil(value) : Math.floor(value), exclusive: false };
}

function implies(own: Bound | undefined, bound: Bound | undefined, { tighter }: Side): boolean {
  if (own === undefined || bound === undefined) return bound === undefined;
  if (own.value === bound.value) return own.exclusive || !bound.exclusive;
  return (own.value - bound.value) * tighter > 0;
}

function inWords(bound: Bound | undefined, measure: Measure, side: Side): string {
  if (bound === undefined) return side.none;
  return `${bound.exclusive ? side.exclusive : side.inclusive} ${bound.value}${UNITS[measure]}`;
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

/**
 * Whether a listed value has that form, by the form's listed values, limits and patterns. Formats
 * are not checked: the author of a listed value has looked at it.
 */
export function fits(value: Json, form: PlainForm): boolean {
  if (form.values !== undefined) return form.values.some((listed) => equal(listed, value));
  const isWithin = SIDES.every((side) =>
    [...form[side.bounds]].every(([measure, bound]) => {
      const size = sizeOf(value, measure);
      return size === undefined || implies({ value: size, exclusive: false }, bound, side);
    }),
  );
  return (
    isWithin && (typeof value !== "string" || [...form.patterns].every((pattern) => matches(pattern, value)))
  );
}

function sizeOf(value: Json, measure: Measure): number | undefined {
  if (measure === "value") return typeof value === "number" ? value : undefined;
  // JSON Schema counts characters, not UTF-16 units (validation, section 6.3.1).
  if (measure === "length") return typeof value === "string" ? Array.from(value).length : undefined;
  if (measure === "items") return isList(value) ? value.length : undefined;
  return isObject(value) ? Object.keys(value).length : undefined;
}

function matches(pattern: string, value: string): boolean {
  try {
    return new RegExp(pattern, "u").test(value);
  } catch {
    // Not a pattern that this engine knows, so the value may be one that it refuses.
    return false;
  }
}
