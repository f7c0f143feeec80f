import type { Json, JsonObject } from "../describe/schemas.ts";

/** An object's member, with references followed; undefined where there is none. */
export function at(
  document: JsonObject,
  value: Json | undefined,
  ...path: readonly string[]
): Json | undefined {
  let found = followed(document, value);
  for (const name of path) {
    if (!isObject(found) || !Object.hasOwn(found, name)) return undefined;
    found = followed(document, found[name]);
  }
  return found;
}

export function entriesAt(
  document: JsonObject,
  value: Json | undefined,
  ...path: readonly string[]
): readonly (readonly [name: string, value: Json])[] {
  const found = at(document, value, ...path);
  return isObject(found) ? Object.entries(found) : [];
}

export function textAt(document: JsonObject, value: Json | undefined, ...path: readonly string[]): string {
  const found = at(document, value, ...path);
  return typeof found === "string" ? found : "";
}

export function listAt(
  document: JsonObject,
  value: Json | undefined,
  ...path: readonly string[]
): readonly Json[] {
  const found = at(document, value, ...path);
  return isList(found) ? found : [];
}

/** References of a document of ours are pointers into it, without escapes but those of paths. */
function followed(document: JsonObject, value: Json | undefined): Json | undefined {
  if (!isObject(value) || typeof value["$ref"] !== "string") return value;
  let found: Json | undefined = document;
  for (const step of value["$ref"].slice("#/".length).split("/"))
    found = isObject(found) ? found[step.replaceAll("~1", "/").replaceAll("~0", "~")] : undefined;
  return found;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !isList(value);
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}
