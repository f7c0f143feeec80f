import {
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredInputField,
  astFromValue,
  print,
} from "graphql";
import type { GraphQLEnumType, GraphQLInputField, GraphQLInputType, GraphQLScalarType } from "graphql";
import type { Json, JsonObject } from "../json.ts";

/** How GraphQL's own scalars stand in JSON (GraphQL, section 3.5). */
const SCALARS: Readonly<Record<string, Json>> = {
  Int: { type: "integer" },
  Float: { type: "number" },
  String: { type: "string" },
  ID: { type: "string" },
  Boolean: { type: "boolean" },
};

/** A leaf as JSON Schema. Of other scalars only their name can be compared. */
export function leafSchema(type: GraphQLScalarType | GraphQLEnumType): Json {
  if (isEnumType(type)) return { type: "string", enum: type.getValues().map(({ name }) => name) };
  return SCALARS[type.name] ?? { format: `scalar ${type.name}` };
}

export function orNull(schema: Json): Json {
  return { anyOf: [schema, { type: "null" }] };
}

/** The values that a variable or an input's field takes, as JSON Schema; input objects are named in `schemas`. */
export function inputSchema(type: GraphQLInputType, schemas: Map<string, JsonObject>): Json {
  if (!isNonNullType(type)) return orNull(presentSchema(type, schemas));
  return presentSchema(type.ofType, schemas);
}

function presentSchema(type: GraphQLInputType, schemas: Map<string, JsonObject>): Json {
  if (isNonNullType(type)) return presentSchema(type.ofType, schemas);
  if (isListType(type)) return { type: "array", items: inputSchema(type.ofType, schemas) };
  if (!isInputObjectType(type)) return leafSchema(type);
  if (!schemas.has(type.name)) {
    // Named before its fields are looked at: an input object may hold itself.
    schemas.set(type.name, {});
    const fields = Object.values(type.getFields());
    schemas.set(type.name, {
      type: "object",
      additionalProperties: false,
      required: fields.filter(isRequiredInputField).map(({ name }) => name),
      properties: Object.fromEntries(fields.map((field) => [field.name, fieldSchema(field, schemas)])),
    });
  }
  return { $ref: `#/components/schemas/${type.name}` };
}

function fieldSchema(field: GraphQLInputField, schemas: Map<string, JsonObject>): Json {
  const schema = inputSchema(field.type, schemas);
  const value = astFromValue(field.defaultValue, field.type);
  return value === null || value === undefined ? schema : { allOf: [schema], default: print(value) };
}
