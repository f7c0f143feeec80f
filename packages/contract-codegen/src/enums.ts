import { isJsonArray, isJsonObject, own } from "./json.ts";
import type { Json, JsonObject } from "./json.ts";

/** What an answer says where the service sent a value that the contract does not list. */
const UNKNOWN_VALUE = "unknown";

export type EnumValue = string | number;

/**
 * The values of an enum that may grow: one with strings or numbers. Undefined for other schemas, so also for enums of booleans or
 * objects, and inside a union for an enum of one value: that is not a list, it tells the union's branches apart.
 */
export function growingEnum(schema: Json, insideUnion: boolean): readonly EnumValue[] | undefined {
  const values = isJsonObject(schema) ? own(schema, "enum") : undefined;
  if (!isJsonArray(values) || (insideUnion && values.length === 1)) return undefined;
  const known = values.filter((value) => typeof value === "string" || typeof value === "number");
  const others = values.filter((value) => typeof value === "object" && value !== null);
  return known.length === 0 || others.length > 0 ? undefined : known;
}

/** The same schema for a validator: any value of the listed values' types will do. */
export function openedForValidator(schema: JsonObject): JsonObject {
  const values = own(schema, "enum");
  if (!isJsonArray(values)) return schema;
  const { enum: _, ...rest } = schema;
  const found = new Set(values.map(typeOf));
  const declared = own(rest, "type");
  const types = isJsonArray(declared) ? declared : declared === undefined ? [...found] : [declared];
  return { ...rest, type: types.length === 1 && types[0] !== undefined ? types[0] : types };
}

/** The same schema for the type: the values that the contract lists, and `unknown`. */
export function openedForType(schema: JsonObject): JsonObject {
  const values = own(schema, "enum");
  if (!isJsonArray(values) || values.includes(UNKNOWN_VALUE)) return schema;
  const { type: _, ...rest } = schema;
  return { ...rest, enum: [...values, UNKNOWN_VALUE] };
}

function typeOf(value: Json): string {
  if (value === null) return "null";
  return typeof value;
}
