import { equal } from "../json.ts";
import type { Json } from "../json.ts";
import { tighterLower, tighterUpper } from "./own-keywords.ts";
import type { PlainForm, TypeName } from "./plain.ts";

/** The form of values that have both forms; undefined where there can be none. */
export function both(a: PlainForm, b: PlainForm): PlainForm | undefined {
  const type = narrower(a.type, b.type);
  if (type === "none") return undefined;
  const values = inBoth(a.values, b.values);
  if (values?.length === 0) return undefined;
  return {
    type,
    values,
    properties: joined(a.properties, b.properties, (x, y) => [...x, ...y]),
    required: a.required.union(b.required),
    additional: narrowerAdditional(a.additional, b.additional),
    items: [...a.items, ...b.items],
    lower: joined(a.lower, b.lower, tighterLower),
    upper: joined(a.upper, b.upper, tighterUpper),
    multiplesOf: a.multiplesOf.union(b.multiplesOf),
    unique: a.unique || b.unique,
    patterns: a.patterns.union(b.patterns),
    formats: a.formats.union(b.formats),
    others: joined(a.others, b.others, (x, y) => (equal(x, y) ? x : { allOf: [x, y] })),
  };
}

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
 * `additionalProperties` of one member of `allOf` does not see the properties of the other: read as if it did, which is what
 * whoever writes it means.
 */
function narrowerAdditional(a: Json | undefined, b: Json | undefined): Json | undefined {
  if (a === undefined || a === true) return b ?? a;
  if (b === undefined || b === true) return a;
  return a === false || b === false ? false : { allOf: [a, b] };
}

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
