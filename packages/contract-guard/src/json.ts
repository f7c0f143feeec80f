/** A JSON value, as a contract holds it. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;

/** A JSON object. It is read-only: the guard only compares. */
export type JsonObject = { readonly [name: string]: Json };

/** Whether the value is an object: neither a list nor null. */
export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !isList(value);
}

/** Whether the value is a list. `Array.isArray` does not narrow to a read-only one. */
export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** The members of an object; none of any other value. */
export function membersOf(value: Json | undefined): readonly (readonly [name: string, value: Json])[] {
  return isObject(value) ? Object.entries(value) : [];
}

/** An object's own member; undefined where there is none, or where the value is no object. */
export function memberOf(value: Json | undefined, name: string): Json | undefined {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

/** The elements of a list; none of any other value. */
export function elementsOf(value: Json | undefined): readonly Json[] {
  return isList(value) ? value : [];
}

/** A text that is the same for equal values, whatever the order of their members. */
export function canonical(value: Json | undefined): string {
  if (isList(value)) return `[${value.map(canonical).join()}]`;
  if (!isObject(value)) return JSON.stringify(value) ?? "undefined";
  const members = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join()}}`;
}

/** Whether two values are equal, whatever the order of their members. */
export function equal(a: Json | undefined, b: Json | undefined): boolean {
  return canonical(a) === canonical(b);
}

/** A value as text for messages and keys: a string without its quotes. */
export function textOf(value: Json | undefined): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}
