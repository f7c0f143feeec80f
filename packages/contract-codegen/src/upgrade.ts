import type { Document } from "./document.ts";
import { mapDocumentSchemas } from "./document-schemas.ts";
import { isJsonArray, isJsonObject, own } from "./json.ts";
import type { Json, JsonObject } from "./json.ts";
import { mapSubschemas } from "./schema-keywords.ts";

/** The same document in one dialect: OpenAPI 3.1, whose schemas are JSON Schema 2020-12. */
export function upgraded(document: Document): Document {
  const upgrade = document.dialect === "3.0" ? upgradeSchema : namedConstantsAsEnum;
  const root = { ...mapDocumentSchemas(document.root, upgrade), openapi: "3.1.0" };
  return { ...document, root, dialect: "3.1" };
}

/**
 * A schema of OpenAPI 3.0 in the words of JSON Schema 2020-12: `nullable` becomes a type, a boolean `exclusiveMinimum` a
 * number, and what stands beside a `$ref` goes (3.0.3, "Reference Object": it shall be ignored).
 */
function upgradeSchema(schema: Json): Json {
  if (!isJsonObject(schema)) return schema;
  const reference = own(schema, "$ref");
  if (typeof reference === "string") return { $ref: reference };
  return withNull(withExclusiveLimits(mapSubschemas(schema, "all", upgradeSchema)));
}

function withNull(schema: JsonObject): JsonObject {
  const { nullable, ...rest } = schema;
  if (nullable !== true) return rest;
  const type = own(rest, "type");
  const values = own(rest, "enum");
  const open: JsonObject =
    isJsonArray(values) && !values.includes(null) ? { ...rest, enum: [...values, null] } : rest;
  if (typeof type === "string") return { ...open, type: [type, "null"] };
  // 3.0.3 gives `nullable` no effect without a type, but writers mean it: most often beside an `allOf` of one reference.
  return type === undefined && !isJsonArray(values) ? { anyOf: [open, { type: "null" }] } : open;
}

function withExclusiveLimits(schema: JsonObject): JsonObject {
  return exclusive(exclusive(schema, "minimum", "exclusiveMinimum"), "maximum", "exclusiveMaximum");
}

function exclusive(schema: JsonObject, limit: string, flag: string): JsonObject {
  const isExclusive = own(schema, flag);
  if (typeof isExclusive !== "boolean") return schema;
  const bound = own(schema, limit);
  const without = Object.fromEntries(
    Object.entries(schema).filter(([name]) => name !== flag && !(isExclusive && name === limit)),
  );
  return isExclusive && bound !== undefined ? { ...without, [flag]: bound } : without;
}

/** 3.1's way of describing each value of an enum is a `oneOf` of constants: it is an enum all the same. */
function namedConstantsAsEnum(schema: Json): Json {
  if (!isJsonObject(schema)) return schema;
  const inner = mapSubschemas(schema, "all", namedConstantsAsEnum);
  for (const keyword of ["oneOf", "anyOf"]) {
    const branches = own(inner, keyword);
    if (!isJsonArray(branches) || branches.length < 2 || own(inner, "enum") !== undefined) continue;
    const values = branches.map(constantOf).filter((value) => value !== undefined);
    if (values.length < branches.length) continue;
    const { [keyword]: _, ...rest } = inner;
    return { ...rest, enum: values };
  }
  return inner;
}

const DESCRIBED_CONSTANT = new Set(["const", "title", "description", "deprecated", "type"]);

function constantOf(branch: Json): string | number | undefined {
  if (!isJsonObject(branch) || !Object.keys(branch).every((key) => DESCRIBED_CONSTANT.has(key)))
    return undefined;
  const value = own(branch, "const");
  return typeof value === "string" || typeof value === "number" ? value : undefined;
}
