import { isSchema } from "./schema.ts";
import type { AnswerSchema } from "./schema.ts";

/**
 * RFC 3339 date-times that `Date` can take: neither a leap second nor a suffix of RFC 9557, which the validator's own check
 * lets pass and which a screen would find out about when it formats the date.
 */
const DATE_TIME =
  /^\d{4}-\d{2}-\d{2}[Tt](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/** Adds to every `date-time` of a schema what its own check lacks. The check goes with the schema: no registry is changed. */
export function withUsableDates(schema: AnswerSchema): AnswerSchema {
  const own = Object.fromEntries(
    Object.entries(schema).map(([keyword, value]) => [
      keyword,
      HOLDS_VALUES.has(keyword) ? value : inside(value),
    ]),
  );
  return schema["format"] === "date-time" ? { ...own, "~refine": [USABLE_DATE_TIME] } : own;
}

/** Keywords that hold values and not schemas. */
const HOLDS_VALUES: ReadonlySet<string> = new Set(["const", "enum", "required", "dependentRequired", "type"]);

const USABLE_DATE_TIME = {
  check: (value: unknown): boolean => typeof value !== "string" || DATE_TIME.test(value),
  error: (): string => "must be a date-time without leap second or suffix",
};

function inside(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inside);
  return isSchema(value) ? withUsableDates(value) : value;
}
