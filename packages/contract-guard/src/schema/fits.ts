import { equal, isList, isObject } from "../json.ts";
import type { Json } from "../json.ts";
import type { Measure, PlainForm } from "./plain.ts";

/**
 * Whether a listed value has that form, as far as its listed values, limits and patterns go: what a format asks of a listed
 * value, its author has looked at.
 */
export function fits(value: Json, form: PlainForm): boolean {
  if (form.values !== undefined) return form.values.some((listed) => equal(listed, value));
  for (const [measure, { value: least, exclusive }] of form.lower) {
    const size = sizeOf(value, measure);
    if (size !== undefined && (exclusive ? size <= least : size < least)) return false;
  }
  for (const [measure, { value: most, exclusive }] of form.upper) {
    const size = sizeOf(value, measure);
    if (size !== undefined && (exclusive ? size >= most : size > most)) return false;
  }
  return typeof value !== "string" || [...form.patterns].every((pattern) => matches(pattern, value));
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
    // Not a pattern that this engine knows: then nothing is known of the value.
    return false;
  }
}
