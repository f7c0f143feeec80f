import { elementsOf, isObject, membersOf } from "../json.ts";
import type { Json, JsonObject } from "../json.ts";
import { ANYTHING } from "./plain.ts";
import type { Bound, Measure, PlainForm } from "./plain.ts";

/** Says nothing about which values are allowed. */
const ANNOTATIONS = new Set(
  "title description default example examples deprecated readOnly writeOnly externalDocs xml $comment $schema $id $anchor $defs definitions".split(
    " ",
  ),
);

/** Read elsewhere: here, or by whoever splits a schema into its forms. */
const WEIGHED = new Set(
  (
    "$ref allOf anyOf oneOf type nullable enum const properties required additionalProperties items multipleOf uniqueItems pattern format " +
    "minimum exclusiveMinimum maximum exclusiveMaximum minLength maxLength minItems maxItems minProperties maxProperties"
  ).split(" "),
);

const LOWER = {
  minimum: { measure: "value", exclusive: false },
  exclusiveMinimum: { measure: "value", exclusive: true },
  minLength: { measure: "length", exclusive: false },
  minItems: { measure: "items", exclusive: false },
  minProperties: { measure: "properties", exclusive: false },
} as const;

const UPPER = {
  maximum: { measure: "value", exclusive: false },
  exclusiveMaximum: { measure: "value", exclusive: true },
  maxLength: { measure: "length", exclusive: false },
  maxItems: { measure: "items", exclusive: false },
  maxProperties: { measure: "properties", exclusive: false },
} as const;

/** What a schema says by itself: its types, unions, `allOf` and references are left to the caller. */
export function ownKeywords(schema: JsonObject): PlainForm {
  const { items, additionalProperties, multipleOf, uniqueItems, pattern, format } = schema;
  return {
    ...ANYTHING,
    values: "const" in schema ? [schema["const"] ?? null] : listOrNothing(schema["enum"]),
    properties: new Map(membersOf(schema["properties"]).map(([name, property]) => [name, [property]])),
    required: new Set(elementsOf(schema["required"]).filter((name) => typeof name === "string")),
    additional: additionalProperties,
    items: items === undefined ? [] : [items],
    lower: bounds(schema, LOWER, tighterLower),
    upper: bounds(schema, UPPER, tighterUpper),
    multiplesOf: new Set(typeof multipleOf === "number" ? [multipleOf] : []),
    unique: uniqueItems === true,
    patterns: new Set(typeof pattern === "string" ? [pattern] : []),
    formats: new Set(typeof format === "string" ? [format] : []),
    others: new Map(
      Object.entries(schema).filter(
        ([name]) => !ANNOTATIONS.has(name) && !WEIGHED.has(name) && !name.startsWith("x-"),
      ),
    ),
  };
}

export function tighterLower(a: Bound, b: Bound): Bound {
  if (a.value === b.value) return a.exclusive ? a : b;
  return a.value > b.value ? a : b;
}

export function tighterUpper(a: Bound, b: Bound): Bound {
  if (a.value === b.value) return a.exclusive ? a : b;
  return a.value < b.value ? a : b;
}

function bounds(
  schema: JsonObject,
  keywords: Readonly<Record<string, { readonly measure: Measure; readonly exclusive: boolean }>>,
  tighter: (a: Bound, b: Bound) => Bound,
): ReadonlyMap<Measure, Bound> {
  const found = new Map<Measure, Bound>();
  for (const [keyword, { measure, exclusive }] of Object.entries(keywords)) {
    const value = schema[keyword];
    if (typeof value !== "number") continue;
    const bound = { value, exclusive };
    const before = found.get(measure);
    found.set(measure, before === undefined ? bound : tighter(before, bound));
  }
  return found;
}

function listOrNothing(value: Json | undefined): readonly Json[] | undefined {
  return Array.isArray(value) && !isObject(value) ? elementsOf(value) : undefined;
}
