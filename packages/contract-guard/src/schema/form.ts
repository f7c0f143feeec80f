import { elementsOf, equal, isList, membersOf } from "../json.ts";
import type { Json, JsonObject } from "../json.ts";

/** The types of JSON Schema. */
export const TYPES = ["null", "boolean", "object", "array", "number", "integer", "string"] as const;

/** The name of a type of JSON Schema. */
export type TypeName = (typeof TYPES)[number];

/** How far a number, a length or a count may go, in one direction. */
export type Bound = {
  /** That says so: `maxLength`. */
  readonly keyword: string;
  readonly side: "lower" | "upper";
  readonly measure: "value" | "length" | "items" | "properties";
  readonly value: number;
  readonly exclusive: boolean;
};

/**
 * One form that a value may have, without references, unions or `allOf`: only plain keywords are
 * left to compare. A JSON Schema is a list of such forms, and a valid value has one of them.
 */
export type PlainForm = {
  /** Undefined: any. */
  readonly type: TypeName | undefined;
  /** The only values, where they are listed. */
  readonly values: readonly Json[] | undefined;
  /** Schemas of each property. All of them hold. */
  readonly properties: ReadonlyMap<string, readonly Json[]>;
  readonly required: ReadonlySet<string>;
  /** The schema of other properties; undefined where nothing is said. */
  readonly additional: Json | undefined;
  /** Schemas of a list's elements. All of them hold. */
  readonly items: readonly Json[];
  /** By side and measure. */
  readonly bounds: ReadonlyMap<string, Bound>;
  readonly multiplesOf: ReadonlySet<number>;
  readonly unique: boolean;
  readonly patterns: ReadonlySet<string>;
  readonly formats: ReadonlySet<string>;
  /** Keywords that can only be compared for equality. */
  readonly others: ReadonlyMap<string, Json>;
};

/** The form that any value has. */
export const ANYTHING: PlainForm = {
  type: undefined,
  values: undefined,
  properties: new Map(),
  required: new Set(),
  additional: undefined,
  items: [],
  bounds: new Map(),
  multiplesOf: new Set(),
  unique: false,
  patterns: new Set(),
  formats: new Set(),
  others: new Map(),
};

/**
 * Keywords that do not go into `others`: the first lines say nothing about which values are
 * allowed, the others are read in this file or in forms.ts.
 */
const NOT_OTHERS = new Set(
  (
    "title description default example examples deprecated readOnly writeOnly externalDocs xml $comment " +
    "$schema $id $anchor $defs definitions " +
    "$ref allOf anyOf oneOf type nullable enum const properties required additionalProperties items multipleOf " +
    "uniqueItems pattern format minimum exclusiveMinimum maximum exclusiveMaximum minLength maxLength minItems " +
    "maxItems minProperties maxProperties"
  ).split(" "),
);

/** The keywords that bound something: which side, of what, and whether exclusively. */
const BOUNDS: readonly (readonly [string, Bound["side"], Bound["measure"], exclusive?: true])[] = [
  ["minimum", "lower", "value"],
  ["exclusiveMinimum", "lower", "value", true],
  ["minLength", "lower", "length"],
  ["minItems", "lower", "items"],
  ["minProperties", "lower", "properties"],
  ["maximum", "upper", "value"],
  ["exclusiveMaximum", "upper", "value", true],
  ["maxLength", "upper", "length"],
  ["maxItems", "upper", "items"],
  ["maxProperties", "upper", "properties"],
];

/** The form that a schema's own keywords describe, without its types and unions. */
export function ownForm(schema: JsonObject): PlainForm {
  const { items, additionalProperties, multipleOf, uniqueItems, pattern, format } = schema;
  const ofMap = valuesOfMap(schema["patternProperties"]);
  const listed = isList(schema["enum"]) ? schema["enum"] : undefined;
  return {
    ...ANYTHING,
    values: "const" in schema ? [schema["const"] ?? null] : listed,
    properties: new Map(membersOf(schema["properties"]).map(([name, property]) => [name, [property]])),
    required: new Set(elementsOf(schema["required"]).filter((name) => typeof name === "string")),
    additional: ofMap ?? additionalProperties,
    items: items === undefined ? [] : [items],
    bounds: boundsOf(schema),
    multiplesOf: new Set(typeof multipleOf === "number" ? [multipleOf] : []),
    unique: uniqueItems === true,
    patterns: new Set(typeof pattern === "string" ? [pattern] : []),
    formats: new Set(typeof format === "string" ? [format] : []),
    others: new Map(
      membersOf(schema)
        .filter(([name]) => !NOT_OTHERS.has(name) && !name.startsWith("x-"))
        .filter(([name]) => name !== "patternProperties" || ofMap === undefined),
    ),
  };
}

/** Patterns that any name matches; TypeBox writes the first for a map. */
const ANY_NAME = new Set(["^.*$", "^(.*)$", ".*", "^", ""]);

/** The schema of a map's values, where a pattern of any name describes them. */
function valuesOfMap(patternProperties: Json | undefined): Json | undefined {
  const [[pattern, values] = [undefined, undefined], ...more] = membersOf(patternProperties);
  return pattern !== undefined && ANY_NAME.has(pattern) && more.length === 0 ? values : undefined;
}

/** The form of values that have both forms; undefined where no value can. */
export function both(a: PlainForm, b: PlainForm): PlainForm | undefined {
  const type = narrower(a.type, b.type);
  const values = inBoth(a.values, b.values);
  if (type === "none" || values?.length === 0) return undefined;
  return {
    type,
    values,
    properties: joined(a.properties, b.properties, (x, y) => [...x, ...y]),
    required: a.required.union(b.required),
    additional: narrowerAdditional(a.additional, b.additional),
    items: [...a.items, ...b.items],
    bounds: joined(a.bounds, b.bounds, tighter),
    multiplesOf: a.multiplesOf.union(b.multiplesOf),
    unique: a.unique || b.unique,
    patterns: a.patterns.union(b.patterns),
    formats: a.formats.union(b.formats),
    others: bothOthers(a.others, b.others),
  };
}

/** Two of a keyword hold side by side: `not` twice is not `not` of both. */
function bothOthers(a: PlainForm["others"], b: PlainForm["others"]): PlainForm["others"] {
  const differs = [...b].some(([name, value]) => a.has(name) && !equal(a.get(name), value));
  if (!differs) return new Map([...a, ...b]);
  return new Map([...a, ["allOf", [...elementsOf(a.get("allOf")), Object.fromEntries(b)]]]);
}

/** The type of values that have both types. An integer is a number too. */
function narrower(a: TypeName | undefined, b: TypeName | undefined): TypeName | undefined | "none" {
  if (a === undefined || a === b) return b;
  if (b === undefined) return a;
  const isNumber = (type: TypeName): boolean => type === "integer" || type === "number";
  return isNumber(a) && isNumber(b) ? "integer" : "none";
}

function inBoth(a: readonly Json[] | undefined, b: readonly Json[] | undefined): readonly Json[] | undefined {
  if (a === undefined) return b;
  if (b === undefined) return a;
  return a.filter((value) => b.some((other) => equal(value, other)));
}

/**
 * In JSON Schema `additionalProperties` in one member of an `allOf` does not see the properties of
 * the other members. It is read as if it did, because that is what authors mean.
 */
function narrowerAdditional(a: Json | undefined, b: Json | undefined): Json | undefined {
  if (a === undefined || a === true) return b ?? a;
  if (b === undefined || b === true) return a;
  return a === false || b === false ? false : { allOf: [a, b] };
}

function boundsOf(schema: JsonObject): ReadonlyMap<string, Bound> {
  let found: ReadonlyMap<string, Bound> = new Map();
  for (const [keyword, side, measure, exclusive = false] of BOUNDS) {
    const value = schema[keyword];
    if (typeof value !== "number") continue;
    const bound = { keyword, side, measure, value, exclusive };
    found = joined(found, new Map([[`${side} ${measure}`, bound]]), tighter);
  }
  return found;
}

function tighter(a: Bound, b: Bound): Bound {
  if (a.value === b.value) return a.exclusive ? a : b;
  return a.value > b.value === (a.side === "lower") ? a : b;
}

/** Everything that is in one map or the other; `join` makes one value of two for the same name. */
function joined<Name, Value>(
  a: ReadonlyMap<Name, Value>,
  b: ReadonlyMap<Name, Value>,
  join: (x: Value, y: Value) => Value,
): ReadonlyMap<Name, Value> {
  const all = new Map(a);
  for (const [name, value] of b) {
    const before = all.get(name);
    all.set(name, before === undefined ? value : join(before, value));
  }
  return all;
}
