import { IsArray, IsIntersect, IsObject, IsRecord, IsRef, IsTuple, IsUnion } from "typebox";
import type { Static, TSchema } from "typebox";
import { Compile } from "typebox/schema";
import { SectionBrokenError } from "./failure.ts";

/** The type of a schema, deeply readonly: its values may come from an answer that others share. */
export type Shaped<Schema extends TSchema> = DeepReadonly<Static<Schema>>;

type DeepReadonly<T> = T extends object ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> } : T;

type Pick = (value: unknown) => unknown;

/**
 * Compiles a schema into a function that copies only the fields named in it, and checks the copy.
 * TypeScript cannot do this: an object may have more fields than its type says.
 *
 * The function throws SectionBrokenError, which names the first field that does not match the
 * schema (never its value).
 * @throws TypeError if the schema uses a kind whose fields cannot be listed
 */
export function whitelist<S extends TSchema>(schema: S): (data: unknown) => Static<S> {
  const validator = Compile(schema);
  const pick = picker(schema);
  return (data) => {
    const picked = pick(data);
    if (validator.Check(picked)) return picked;
    const [, [first]] = validator.Errors(picked);
    throw new SectionBrokenError(
      `what the section's shape returned does not match its schema at ${first?.instancePath || "/"}: ${first?.message ?? "unknown"}`,
    );
  };
}

function picker(schema: TSchema): Pick {
  if (IsObject(schema)) return objectPicker(schema.properties);
  if (IsArray(schema)) {
    const pickItem = picker(schema.items);
    return (value) => (Array.isArray(value) ? value.map(pickItem) : value);
  }
  if (IsUnion(schema)) return unionPicker(schema.anyOf);
  if (IsIntersect(schema) || IsRecord(schema) || IsTuple(schema) || IsRef(schema)) {
    throw new TypeError(
      "a section's schema may only use Object, Array, Union and plain values: their fields can be listed",
    );
  }
  return (value) => value;
}

function objectPicker(properties: Readonly<Record<string, TSchema>>): Pick {
  const fields = Object.entries(properties).map(([name, schema]) => ({ name, pick: picker(schema) }));
  return (value) => {
    if (!isObject(value)) return value;
    const picked: Record<string, unknown> = {};
    for (const { name, pick } of fields) {
      const field = value[name];
      if (field !== undefined) picked[name] = pick(field);
    }
    return picked;
  };
}

/** Picks by the first member that matches the value. Only objects and lists have fields to pick. */
function unionPicker(members: readonly TSchema[]): Pick {
  const options = members.map((member) => ({ validator: Compile(member), pick: picker(member) }));
  return (value) => {
    if (typeof value !== "object" || value === null) return value;
    for (const { validator, pick } of options) {
      const picked = pick(value);
      if (validator.Check(picked)) return picked;
    }
    return value;
  };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
