/** A JSON value, as the text of a contract holds it. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** A JSON object. It is read-only: each step of the generation makes a new document. */
export type JsonObject = { readonly [key: string]: Json };

/** Whether the value is an object: neither an array nor null. */
export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether the value is an array. `Array.isArray` does not narrow to a read-only one. */
export function isJsonArray(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/**
 * An object's own member; undefined where there is none, or where `holder` is no object. A contract
 * may have a property named `constructor`, which must not find the prototype's.
 */
export function own(holder: Json | undefined, name: string): Json | undefined {
  return isJsonObject(holder) && Object.hasOwn(holder, name) ? holder[name] : undefined;
}

/** An object's own member if that is an object, else an empty object. */
export function objectIn(holder: Json | undefined, name: string): JsonObject {
  const value = own(holder, name);
  return isJsonObject(value) ? value : {};
}

/** An object's own member if that is an array, else an empty one. */
export function listIn(holder: Json | undefined, name: string): readonly Json[] {
  const value = own(holder, name);
  return isJsonArray(value) ? value : [];
}

/** Maps an object's members. `fromEntries` defines them, so `__proto__` stays a member. */
export function mapMembers(holder: JsonObject, map: (value: Json, name: string) => Json): JsonObject {
  return Object.fromEntries(Object.entries(holder).map(([name, value]) => [name, map(value, name)]));
}

/** The members of an object that `keep` says yes to. */
export function filterMembers(holder: JsonObject, keep: (name: string, value: Json) => boolean): JsonObject {
  return Object.fromEntries(Object.entries(holder).filter(([name, value]) => keep(name, value)));
}
