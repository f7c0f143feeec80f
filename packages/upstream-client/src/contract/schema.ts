import type { Strictness } from "../dialect/strictness.ts";

/** A JSON Schema (2020-12), as it is generated from a contract. */
export type AnswerSchema = { readonly [keyword: string]: unknown };

/** Whether a value is a schema: an object, and not a list. */
export function isSchema(value: unknown): value is AnswerSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * The schema with those of its `$defs` that it refers to, directly or not: a generated module has
 * one table of definitions for all its operations.
 */
export function withUsedDefinitions(schema: AnswerSchema): AnswerSchema {
  const { $defs: all, ...root } = schema;
  if (!isSchema(all)) return schema;
  const used = new Set<string>();
  const queue: unknown[] = [root];
  // This also visits what is added during the loop.
  for (const value of queue) {
    if (typeof value !== "object" || value === null) continue;
    const { $ref: reference } = Object(value);
    const name = typeof reference === "string" ? reference.replace("#/$defs/", "") : undefined;
    if (name !== undefined && Object.hasOwn(all, name) && !used.has(name)) {
      used.add(name);
      queue.push(all[name]);
    }
    queue.push(...Object.values(value));
  }
  return { ...root, $defs: Object.fromEntries(Object.entries(all).filter(([name]) => used.has(name))) };
}

/** A day of the calendar, with a 29th of February in every year. */
const DAY = String.raw`\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|02-(?:0[1-9]|[12]\d))`;
/**
 * Without suffixes of RFC 9557: `Date` does not accept them, so a screen would fail when it formats
 * the date. A leap second is valid, and formatting reads it as the second before.
 */
const TIME = String.raw`(?:[01]\d|2[0-3]):(?:[0-5]\d:[0-5]\d|59:60)(?:\.\d+)?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)`;

const DATE = new RegExp(`^${DAY}$`);
const DATE_TIME = new RegExp(`^${DAY}[Tt]${TIME}$`);

/**
 * Our own checks of formats, with one regular expression each. The library's checks split the text
 * into pieces, which took 10% of the time of a whole home page. These take a tenth of that.
 */
const CHECKS = new Map<unknown, ReturnType<typeof refinement> | undefined>([
  ["date", check("must be a date of the calendar", (text) => DATE.test(text) && isInItsYear(text))],
  [
    "date-time",
    check("must be a date-time without suffix", (text) => DATE_TIME.test(text) && isInItsYear(text)),
  ],
  // Any text: screens check an address before they send it, and one odd picture must not fail an
  // answer.
  ["uri", undefined],
]);

/** Keywords whose value is a map of schemas. A member may have the name of a keyword. */
const MAPS = new Set(["properties", "patternProperties", "dependentSchemas", "$defs"]);

/** Whether formats are part of a schema, or are taken out. */
export type Formats = NonNullable<Strictness["formats"]>;

/**
 * Puts our own checks into a schema: of formats (the library's global registry is not changed), and
 * of integers beyond 2^53 - 1. `JSON.parse` rounds those in silence to another amount, or to the id
 * of another thing. A service with such ids must send them as text.
 */
export function withOwnChecks(schema: AnswerSchema, formats: Formats): AnswerSchema {
  const own = Object.fromEntries(
    Object.entries(withoutInheritedNames(schema)).map(([keyword, value]) => {
      if (holdsValues(keyword, value)) return [keyword, value];
      return [
        keyword,
        MAPS.has(keyword) && isSchema(value) ? mapped(value, formats) : inside(value, formats),
      ];
    }),
  );
  const bounded = holdsIntegers(schema) ? { ...own, ...safeBounds(schema) } : own;
  if (formats === "enforce" && !CHECKS.has(schema["format"])) return bounded;
  const { format: _replaced, ...rest } = bounded;
  const ours = formats === "annotate" ? undefined : CHECKS.get(schema["format"]);
  return ours === undefined ? rest : { ...rest, "~refine": [ours] };
}

/** Some contracts write `type: number` beside the integer format. */
function holdsIntegers({ type, format }: AnswerSchema): boolean {
  const types: unknown[] = Array.isArray(type) ? type : [type];
  return types.includes("integer") || (format === "int64" && types.includes("number"));
}

/** Bounds, not a check of our own: the compiled comparison costs nothing measurable. */
function safeBounds({ minimum, maximum }: AnswerSchema): AnswerSchema {
  const limit = Number.MAX_SAFE_INTEGER;
  return {
    minimum: typeof minimum === "number" ? Math.max(minimum, -limit) : -limit,
    maximum: typeof maximum === "number" ? Math.min(maximum, limit) : limit,
  };
}

/**
 * Writes members named as what every object has, such as `toString`, in a form that does not take
 * the inherited function for the member: as patterns, and as a check of our own where required.
 */
function withoutInheritedNames(schema: AnswerSchema): AnswerSchema {
  const properties = Object.entries(Object(schema["properties"]));
  const required = Array.isArray(schema["required"]) ? schema["required"].map(String) : [];
  const needed = required.filter(isInherited);
  if (needed.length === 0 && !properties.some(([name]) => isInherited(name))) return schema;
  const patterns = properties.filter(([name]) => isInherited(name)).map(([name, of]) => [`^${name}$`, of]);
  const present = needed.map((name) =>
    refinement(`must have ${name}`, (value) => !isSchema(value) || Object.hasOwn(value, name)),
  );
  return {
    ...schema,
    properties: Object.fromEntries(properties.filter(([name]) => !isInherited(name))),
    patternProperties: { ...Object(schema["patternProperties"]), ...Object.fromEntries(patterns) },
    required: required.filter((name) => !isInherited(name)),
    ...(present.length === 0 ? {} : { "~refine": present }),
  };
}

function isInherited(name: string): boolean {
  return name in Object.prototype;
}

/** Whether a keyword's value is no schema. */
function holdsValues(keyword: string, value: unknown): boolean {
  if (keyword === "~refine") return true;
  if (keyword === "const" || keyword === "dependentRequired") return true;
  return (keyword === "enum" || keyword === "required" || keyword === "type") && !isSchema(value);
}

function check(expected: string, holds: (text: string) => boolean) {
  return refinement(expected, (value) => typeof value !== "string" || holds(value));
}

function refinement(expected: string, holds: (value: unknown) => boolean) {
  return { check: holds, error: (): string => expected };
}

/** False for the 29th of February of a year that has none. */
function isInItsYear(date: string): boolean {
  if (!date.startsWith("-02-29", 4)) return true;
  const year = Number(date.slice(0, 4));
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

function inside(value: unknown, formats: Formats): unknown {
  if (Array.isArray(value)) return value.map((item) => inside(item, formats));
  return isSchema(value) ? withOwnChecks(value, formats) : value;
}

function mapped(schemas: AnswerSchema, formats: Formats): AnswerSchema {
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, inside(schema, formats)]));
}
