import { GuardError } from "../finding.ts";
import { elementsOf, equal, isList, isObject, memberOf } from "../json.ts";
import type { Json, JsonObject } from "../json.ts";

/** A chain of references longer than this goes in a circle. */
const LONGEST_CHAIN = 50;

/** How deep `annotation` looks, so that a schema that contains itself ends. */
const DEEPEST = 20;

/**
 * What a `$ref` points at; any other value is itself.
 * @throws GuardError where nothing is there, or the reference leaves the document
 */
export function resolve(value: Json | undefined, document: JsonObject): Json | undefined {
  let found = value;
  for (let length = 0; length < LONGEST_CHAIN; length += 1) {
    if (!isObject(found) || typeof found["$ref"] !== "string") return found;
    found = lookUp(found["$ref"], document);
  }
  throw new GuardError(`A reference leads in a circle: ${JSON.stringify(value)}`);
}

/** RFC 6901, section 6: a pointer in a URI's fragment. */
function lookUp(reference: string, document: JsonObject): Json {
  if (!reference.startsWith("#")) {
    throw new GuardError(`${reference} leaves the document: bundle the contract into one file`);
  }
  let found: Json | undefined = document;
  for (const step of reference.slice(1).split("/").slice(1)) {
    const name = decodeURIComponent(step).replaceAll("~1", "/").replaceAll("~0", "~");
    found = isList(found) ? found[Number(name)] : memberOf(found, name);
  }
  if (found === undefined) throw new GuardError(`Nothing is at ${reference}`);
  return found;
}

/**
 * What a schema says about its values without restricting them, such as `default`. It may say so
 * itself, behind its reference, or in a part of it; undefined where it does not.
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

/**
 * How the default of a value changed that a client may leave out: in words, or undefined where it
 * did not. A default where none was declared breaks no promise.
 */
export function changedDefault(before: Json | undefined, now: Json | undefined): string | undefined {
  if (before === undefined || equal(before, now)) return undefined;
  const meant = `left out, it meant ${JSON.stringify(before)}`;
  return now === undefined
    ? `${meant}, and now has no default`
    : `${meant}, and now means ${JSON.stringify(now)}`;
}
