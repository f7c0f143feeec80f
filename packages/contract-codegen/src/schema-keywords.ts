import { isJsonArray, isJsonObject, mapMembers } from "./json.ts";
import type { Json, JsonObject } from "./json.ts";

/** How a subschema sits in its parent: it decides which of the answer's values it speaks about, and how firmly. */
export type Applicator =
  /** The keyword's value is a schema. */
  | "one"
  /** A list of schemas. */
  | "list"
  /** Schemas by name. */
  | "map";

/** Keywords of JSON Schema 2020-12 that hold schemas which a valid value satisfies (sections 10 and 11 of its core). */
const ASSERTED = {
  items: "one",
  additionalProperties: "one",
  unevaluatedProperties: "one",
  unevaluatedItems: "one",
  // oxlint-disable-next-line unicorn/no-thenable -- a table of keywords that nobody awaits; JSON Schema has one of that name
  then: "one",
  else: "one",
  allOf: "list",
  anyOf: "list",
  oneOf: "list",
  prefixItems: "list",
  properties: "map",
  patternProperties: "map",
  dependentSchemas: "map",
} as const satisfies Record<string, Applicator>;

/** Keywords whose schemas decide by failing, or speak of names: making them laxer would make the contract stricter. */
const TESTED = {
  not: "one",
  if: "one",
  contains: "one",
  propertyNames: "one",
} as const satisfies Record<string, Applicator>;

/** Keywords that hold values, and decide validity. Everything else of a schema (descriptions, examples) is left out. */
const VALUES = new Set(
  [
    "type const enum format pattern minLength maxLength",
    "minimum maximum exclusiveMinimum exclusiveMaximum multipleOf",
    "minItems maxItems uniqueItems minContains maxContains",
    "required minProperties maxProperties dependentRequired",
  ].flatMap((line) => line.split(" ")),
);

export type SchemaMapper = (schema: Json, keyword: string) => Json;

/** Applies `map` to the schemas directly inside this one; other members are kept. `asserted` alone, or the tested ones too. */
export function mapSubschemas(schema: JsonObject, which: "asserted" | "all", map: SchemaMapper): JsonObject {
  return mapMembers(schema, (value, keyword) => {
    const applicator = applicatorOf(keyword, which);
    return applicator === undefined ? value : applyTo(value, applicator, (inner) => map(inner, keyword));
  });
}

/** The schema without what does not decide validity. Only this level: compose it with `mapSubschemas`. */
export function withoutAnnotations(schema: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(schema).filter(
      ([keyword]) => keyword === "$ref" || VALUES.has(keyword) || applicatorOf(keyword, "all") !== undefined,
    ),
  );
}

function applicatorOf(keyword: string, which: "asserted" | "all"): Applicator | undefined {
  if (isKeyOf(ASSERTED, keyword)) return ASSERTED[keyword];
  return which === "all" && isKeyOf(TESTED, keyword) ? TESTED[keyword] : undefined;
}

function isKeyOf<Table extends object>(table: Table, key: PropertyKey): key is keyof Table {
  return Object.hasOwn(table, key);
}

function applyTo(value: Json, applicator: Applicator, map: (schema: Json) => Json): Json {
  if (applicator === "one") return map(value);
  if (applicator === "list") return isJsonArray(value) ? value.map(map) : value;
  return isJsonObject(value) ? mapMembers(value, map) : value;
}
