import { GuardError } from "../guard-error.ts";
import { isList, isObject } from "../json.ts";
import type { Json, JsonObject } from "../json.ts";

/** A chain of references longer than this goes in a circle. */
const LONGEST_CHAIN = 50;

/**
 * What stands where a `$ref` points; anything else is itself.
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
    throw new GuardError(`${reference} leaves the document: a contract holds all that it means`);
  }
  let found: Json | undefined = document;
  for (const step of reference.slice(1).split("/").slice(1)) {
    const name = decodeURIComponent(step).replaceAll("~1", "/").replaceAll("~0", "~");
    if (isObject(found)) found = Object.hasOwn(found, name) ? found[name] : undefined;
    else if (isList(found)) found = found[Number(name)];
    else found = undefined;
  }
  if (found === undefined) throw new GuardError(`Nothing is at ${reference}`);
  return found;
}
