import { elementsOf, equal, isObject, memberOf } from "../json.ts";
import type { Json, JsonObject } from "../json.ts";
import { resolve } from "./references.ts";

/** A schema that says of itself by this way that it holds itself says nothing more. */
const DEEPEST = 20;

/**
 * What a schema says about its values without restricting them, such as `default`: by itself, behind its reference, or in a part of it.
 * Undefined where it says nothing.
 */
export function annotation(
  schema: Json | undefined,
  name: string,
  document: JsonObject,
  depth = 0,
): Json | undefined {
  if (!isObject(schema) || depth > DEEPEST) return undefined;
  const own = memberOf(schema, name);
  if (own !== undefined) return own;
  const parts = ["allOf", "anyOf", "oneOf"].flatMap((union) => elementsOf(schema[union]));
  const referred = "$ref" in schema ? [resolve(schema, document)] : [];
  return [...referred, ...parts]
    .map((part) => annotation(part, name, document, depth + 1))
    .find((found) => found !== undefined);
}

/** What a client leaves out means something else now: in words, or undefined where it does not. */
export function changedDefault(before: Json | undefined, now: Json | undefined): string | undefined {
  if (before === undefined || equal(before, now)) return undefined;
  const meant = `left out, it meant ${JSON.stringify(before)}`;
  return now === undefined
    ? `${meant}, and nothing is said about it now`
    : `${meant}, and means ${JSON.stringify(now)} now`;
}
