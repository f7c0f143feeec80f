import assert from "node:assert/strict";
import { INTERNAL, INTERNAL_NUMBER } from "./fixtures/texts.ts";

/**
 * In every internal field of the fixtures: fraud score, supplier, marketing, the model's features.
 */
const MARKS = [INTERNAL, String(INTERNAL_NUMBER), "987654321", "123456789"];

/** Fails where an answer holds something that no client ever shows. @param of what is answered */
export function holdsNothingInternal(text: string, of: string): void {
  for (const mark of MARKS) assert.ok(!text.includes(mark), `${mark} in ${of}: ${text}`);
}

/**
 * Fails where JSON holds a member that its schema (TypeBox, or JSON Schema without references) does
 * not name.
 */
export function holdsNothingUnnamed(json: unknown, schema: unknown, of: string): void {
  const { properties, items, anyOf } = Object(schema);
  if (Array.isArray(json)) {
    const list = (anyOf ?? []).find((one: unknown) => "items" in Object(one)) ?? { items };
    for (const item of json) holdsNothingUnnamed(item, Object(list).items, `${of}[]`);
  } else if (typeof json === "object" && json !== null) {
    const named = Object.assign(
      {},
      properties,
      ...(anyOf ?? []).map((one: unknown) => Object(one).properties),
    );
    for (const [name, value] of Object.entries(json)) {
      assert.ok(Object.hasOwn(named, name), `${of}.${name} is not in the schema`);
      holdsNothingUnnamed(value, named[name], `${of}.${name}`);
    }
  }
}
