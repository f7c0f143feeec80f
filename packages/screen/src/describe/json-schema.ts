import type { TSchema } from "typebox";

/** A JSON value, as it stands in a document. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export type JsonObject = { readonly [name: string]: Json };

/**
 * A section's schema as plain JSON Schema (2020-12), the dialect of OpenAPI 3.1. A choice of words stands as an `enum`, which
 * readers and generators of documents know better than a union of constants.
 */
export function jsonSchema(schema: TSchema): Json {
  const plain: Json = JSON.parse(JSON.stringify(schema));
  return withEnums(plain);
}

function withEnums(value: Json): Json {
  if (isList(value)) return value.map(withEnums);
  if (typeof value !== "object" || value === null) return value;
  const words = wordsOf(value["anyOf"]);
  if (words !== undefined) {
    const { anyOf: _, ...rest } = value;
    return { type: "string", enum: words, ...rest };
  }
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withEnums(member)]));
}

/** The words, where the union is one of words alone. */
function wordsOf(union: Json | undefined): readonly string[] | undefined {
  if (union === undefined || !isList(union)) return undefined;
  const words = union.map((member) => (isObject(member) ? member["const"] : undefined));
  const allWords = words.every((word) => typeof word === "string");
  return allWords ? words : undefined;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function isObject(value: Json): value is JsonObject {
  return typeof value === "object" && value !== null && !isList(value);
}
