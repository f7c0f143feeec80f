/** A JSON value, as a contract's text holds it. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

export type JsonObject = { readonly [key: string]: Json };

export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isJsonArray(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** The member of that name if it is an object, else an empty one: contracts leave most members out. */
export function objectIn(holder: JsonObject, name: string): JsonObject {
  const value = own(holder, name);
  return isJsonObject(value) ? value : {};
}

/** An own member: a contract may well have a property named `constructor`, and must not find the prototype's. */
export function own(holder: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(holder, name) ? holder[name] : undefined;
}

/** Maps the members of an object. `fromEntries` defines them, so a member named `__proto__` stays a member. */
export function mapMembers(holder: JsonObject, map: (value: Json, name: string) => Json): JsonObject {
  return Object.fromEntries(Object.entries(holder).map(([name, value]) => [name, map(value, name)]));
}
