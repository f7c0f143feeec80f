import { growingEnum } from "./enums.ts";
import { isJsonArray, isJsonObject, objectIn, own } from "./json.ts";
import type { Json, JsonObject } from "./json.ts";
import { mapSubschemas } from "./schema-keywords.ts";

/**
 * The schema as a tolerant reader understands it: services evolve, and a value that they add must break no screen.
 *
 * - an enum may have values that it does not list; `open` says what to make of it
 * - an object may have members that it does not list, even where the contract closes it
 * - a member that is only ever sent to the service (`writeOnly`) is not required
 *
 * Schemas that decide by failing (`not`, `if`, …) stay: making them laxer would make the contract stricter.
 */
export function tolerant(schema: Json, open: (schema: JsonObject) => JsonObject, insideUnion = false): Json {
  if (!isJsonObject(schema)) return schema;
  const inner = mapSubschemas(schema, "asserted", (subschema, keyword) =>
    tolerant(subschema, open, insideUnion || keyword === "anyOf" || keyword === "oneOf"),
  );
  const opened = growingEnum(inner, insideUnion) === undefined ? inner : open(inner);
  return withoutWriteOnly(withoutClosing(opened));
}

function withoutClosing(schema: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(schema).filter(
      ([keyword, value]) =>
        !(value === false && (keyword === "additionalProperties" || keyword === "unevaluatedProperties")),
    ),
  );
}

function withoutWriteOnly(schema: JsonObject): JsonObject {
  const required = own(schema, "required");
  if (!isJsonArray(required)) return schema;
  const properties = objectIn(schema, "properties");
  const received = required.filter((name) => {
    const property = typeof name === "string" ? own(properties, name) : undefined;
    return !isJsonObject(property) || own(property, "writeOnly") !== true;
  });
  return received.length === required.length ? schema : { ...schema, required: received };
}
