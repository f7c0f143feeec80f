import type { Json } from "../json.ts";

export type TypeName = "null" | "boolean" | "object" | "array" | "number" | "integer" | "string";

/** How far a number, a length or a count may go. */
export type Bound = { readonly value: number; readonly exclusive: boolean };

/** What can be bounded. */
export type Measure = "value" | "length" | "items" | "properties";

/**
 * One form that a value may have, without references, unions or `allOf`: what is left to compare are plain keywords. Any JSON
 * Schema is a list of such forms, of which a value has one.
 */
export type PlainForm = {
  /** Undefined: any. */
  readonly type: TypeName | undefined;
  /** The only values, where they are listed. */
  readonly values: readonly Json[] | undefined;
  /** Schemas of each property, all of which hold. */
  readonly properties: ReadonlyMap<string, readonly Json[]>;
  readonly required: ReadonlySet<string>;
  /** What other properties may be: undefined where nothing is said. */
  readonly additional: Json | undefined;
  /** Schemas of a list's elements, all of which hold. */
  readonly items: readonly Json[];
  readonly lower: ReadonlyMap<Measure, Bound>;
  readonly upper: ReadonlyMap<Measure, Bound>;
  readonly multiplesOf: ReadonlySet<number>;
  readonly unique: boolean;
  readonly patterns: ReadonlySet<string>;
  readonly formats: ReadonlySet<string>;
  /** Keywords that only equality is known of. */
  readonly others: ReadonlyMap<string, Json>;
};

/** What any value fits. */
export const ANYTHING: PlainForm = {
  type: undefined,
  values: undefined,
  properties: new Map(),
  required: new Set(),
  additional: undefined,
  items: [],
  lower: new Map(),
  upper: new Map(),
  multiplesOf: new Set(),
  unique: false,
  patterns: new Set(),
  formats: new Set(),
  others: new Map(),
};
