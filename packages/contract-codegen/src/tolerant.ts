import { filterMembers, isJsonArray, isJsonObject, objectIn, own } from "./json.ts";
import type { Json, JsonObject } from "./json.ts";
import { mapSubschemas } from "./walk.ts";

/** What an answer says where the service sent a value that the contract does not list. */
const UNKNOWN_VALUE = "unknown";

/** A value of an enum that may grow. */
export type EnumValue = string | number;

/**
 * The schema as a tolerant reader understands it. Services evolve, and what they add must break no
 * screen:
 *
 * - an enum may have values that it does not list; `open` says what becomes of it
 * - an object may have members that it does not list, even where the contract closes it
 * - a member that is only ever sent to the service (`writeOnly`) is not required
 *
 * Schemas that decide by failing (`not`, `if`, …) stay: a laxer `not` is a stricter contract.
 *
 * @param insideUnion whether the schema is a branch of a union
 */
export function tolerant(schema: Json, open: (schema: JsonObject) => JsonObject, insideUnion = false): Json {
  if (!isJsonObject(schema)) return schema;
  const inner = mapSubschemas(schema, "asserted", (subschema, keyword) =>
    tolerant(subschema, open, insideUnion || keyword === "anyOf" || keyword === "oneOf"),
  );
  const opened = growingEnum(inner, insideUnion) === undefined ? inner : open(inner);
  return withoutWriteOnly(
    filterMembers(
      opened,
      (keyword, value) =>
        value !== false || (keyword !== "additionalProperties" && keyword !== "unevaluatedProperties"),
    ),
  );
}

function withoutWriteOnly(schema: JsonObject): JsonObject {
  const required = own(schema, "required");
  if (!isJsonArray(required)) return schema;
  const properties = objectIn(schema, "properties");
  const received = required.filter(
    (name) => typeof name !== "string" || own(own(properties, name), "writeOnly") !== true,
  );
  return received.length === required.length ? schema : { ...schema, required: received };
}

/**
 * The values of an enum that may grow: one that lists strings or numbers. Undefined for any other
 * schema, for an enum of booleans or objects, and inside a union for an enum of one value, which
 * tells the union's branches apart.
 */
export function growingEnum(schema: Json, insideUnion: boolean): readonly EnumValue[] | undefined {
  const values = own(schema, "enum");
  if (!isJsonArray(values) || (insideUnion && values.length === 1)) return undefined;
  const known = values.filter((value) => typeof value === "string" || typeof value === "number");
  const hasOthers = values.some((value) => typeof value === "object" && value !== null);
  return known.length === 0 || hasOthers ? undefined : known;
}

/** An enum for the validator: any value of the listed values' types is valid. */
export function openedForValidator(schema: JsonObject): JsonObject {
  const { enum: values, ...rest } = schema;
  if (!isJsonArray(values)) return schema;
  const declared = own(rest, "type");
  const listed = [...new Set(values.map((value) => (value === null ? "null" : typeof value)))];
  const types = isJsonArray(declared) ? declared : declared === undefined ? listed : [declared];
  return { ...rest, type: types.length === 1 && types[0] !== undefined ? types[0] : types };
}

/** An enum for the generated type: the values that the contract lists, and `unknown`. */
export function openedForType(schema: JsonObject): JsonObject {
  const { type: _, ...rest } = schema;
  const values = own(schema, "enum");
  if (!isJsonArray(values) || values.includes(UNKNOWN_VALUE)) return schema;
  return { ...rest, enum: [...values, UNKNOWN_VALUE] };
}
