import type { AnswerSchemas } from "./answer-schemas.ts";
import { isJsonArray, isJsonObject, objectIn, own } from "./json.ts";
import type { Json, JsonObject } from "./json.ts";
import { reachable } from "./references.ts";
import { growingEnum } from "./tolerant.ts";
import type { EnumValue } from "./tolerant.ts";
import { referenceOf } from "./walk.ts";

/**
 * Where in an answer the enums are, and the values that the contract lists for each. A tree that
 * follows the answer's structure; `refs` name the trees that continue it.
 */
export type EnumPositions = {
  readonly known?: readonly EnumValue[] | undefined;
  /** Some branch of a union takes any value here, so that no value is unknown. */
  readonly free?: boolean | undefined;
  readonly properties?: { readonly [name: string]: EnumPositions } | undefined;
  readonly items?: EnumPositions | undefined;
  /** Of members that `properties` does not name. */
  readonly values?: EnumPositions | undefined;
  readonly refs?: readonly string[] | undefined;
};

/** The enums of an answer: its own tree, and the named trees that it leads to, sorted by name. */
export type AnswerEnums = {
  readonly root: EnumPositions;
  readonly named: ReadonlyMap<string, EnumPositions>;
};

const NONE: EnumPositions = {};

const MAP_VALUES = ["additionalProperties", "patternProperties", "unevaluatedProperties"];

/** Finds the enums of answers. A named schema is looked at once, however often it is used. */
export class EnumFinder {
  readonly #schemas: AnswerSchemas;
  readonly #built = new Map<string, EnumPositions>();
  readonly #leading: ReadonlySet<string>;
  readonly #named: ReadonlyMap<string, EnumPositions>;

  /** @param schemas those of all answers: each must have been asked for before */
  constructor(schemas: AnswerSchemas) {
    this.#schemas = schemas;
    const named = [...schemas.named()].map(
      ([name, { reference }]) => [name, this.#buildNamed(reference)] as const,
    );
    this.#leading = leadingToAnEnum(named);
    this.#named = new Map(named.map(([name, positions]) => [name, trimmed(positions, this.#leading)]));
  }

  /** The enums of an answer that has this schema in the contract. */
  of(schema: Json): AnswerEnums {
    const root = trimmed(this.#build(schema, false), this.#leading);
    const reached = reachable(refsOf(root), (name) => refsOf(this.#named.get(name) ?? NONE));
    const named = [...reached].toSorted().map((name) => [name, this.#named.get(name) ?? NONE] as const);
    return { root, named: new Map(named) };
  }

  #buildNamed(reference: string): EnumPositions {
    const known = this.#built.get(reference);
    if (known !== undefined) return known;
    // A union that contains itself: it adds nothing to itself.
    this.#built.set(reference, NONE);
    const insideUnion = this.#schemas.isUnionMember(reference);
    const positions = this.#build(this.#schemas.resolve(reference), insideUnion);
    this.#built.set(reference, positions);
    return positions;
  }

  #build(schema: Json, insideUnion: boolean): EnumPositions {
    if (!isJsonObject(schema)) return NONE;
    const built = (keywords: readonly string[], inUnion = insideUnion): readonly EnumPositions[] =>
      keywords.flatMap((keyword) => schemasIn(schema, keyword)).map((inner) => this.#build(inner, inUnion));
    const properties = Object.entries(objectIn(schema, "properties"));
    const parts: EnumPositions[] = [
      {
        known: insideUnion ? listedValues(schema) : growingEnum(schema, false),
        free: insideUnion && isFree(schema),
        properties: byName(properties.map(([name, inner]) => [name, this.#build(inner, insideUnion)])),
        items: mergedOrNone(built(["items", "prefixItems", "unevaluatedItems"]), "any"),
        values: mergedOrNone(built(MAP_VALUES), "any"),
      },
    ];
    const reference = referenceOf(schema);
    if (reference !== undefined) {
      // The enums of a union's branches are one list, so a branch is looked into at once.
      parts.push(insideUnion ? this.#buildNamed(reference) : { refs: [this.#schemas.nameOf(reference)] });
    }
    parts.push(...built(["allOf", "then", "else", "dependentSchemas"]));
    for (const keyword of ["anyOf", "oneOf"]) parts.push(mergedOrNone(built([keyword], true), "any") ?? NONE);
    return merged(parts, "all");
  }
}

/** Inside a union, one value or a constant counts too: with the other branches it is a list. */
function listedValues(schema: JsonObject): readonly EnumValue[] | undefined {
  const constant = own(schema, "const");
  if (typeof constant === "string" || typeof constant === "number") return [constant];
  return growingEnum(schema, false);
}

function isFree(schema: JsonObject): boolean {
  if (own(schema, "enum") !== undefined || own(schema, "const") !== undefined) return false;
  const type = own(schema, "type");
  const types = isJsonArray(type) ? type : [type];
  return types.includes("string") || types.includes("integer") || types.includes("number");
}

function schemasIn(schema: JsonObject, keyword: string): readonly Json[] {
  const value = own(schema, keyword);
  if (isJsonArray(value)) return value;
  if (!isJsonObject(value)) return [];
  return keyword === "patternProperties" || keyword === "dependentSchemas" ? Object.values(value) : [value];
}

/** One tree for one place. A value has the form of every part (`all`), or of one (`any`). */
function merged(all: readonly EnumPositions[], mode: "any" | "all"): EnumPositions {
  const parts = [...new Set(all)].filter((part) => part !== NONE);
  if (parts.length <= 1) return parts[0] ?? NONE;
  const listed = [...new Set(parts.flatMap((part) => part.known ?? []))];
  const free = parts.some((part) => part.free) && (mode === "any" || listed.length === 0);
  const names = [...new Set(parts.flatMap((part) => Object.keys(part.properties ?? {})))];
  const refs = [...new Set(parts.flatMap((part) => part.refs ?? []))];
  const items = parts.flatMap((part) => part.items ?? []);
  const values = parts.flatMap((part) => part.values ?? []);
  const property = (name: string): readonly EnumPositions[] =>
    parts.flatMap(({ properties = {} }) => (Object.hasOwn(properties, name) ? (properties[name] ?? []) : []));
  return {
    known: listed.length === 0 || (mode === "any" && free) ? undefined : listed,
    free,
    properties: byName(names.map((name) => [name, merged(property(name), mode)])),
    items: mergedOrNone(items, mode),
    values: mergedOrNone(values, mode),
    refs: refs.length === 0 ? undefined : refs,
  };
}

function mergedOrNone(all: readonly EnumPositions[], mode: "any" | "all"): EnumPositions | undefined {
  return all.length === 0 ? undefined : merged(all, mode);
}

/** The names whose trees hold an enum, or refer to one that does. */
function leadingToAnEnum(named: readonly (readonly [string, EnumPositions])[]): ReadonlySet<string> {
  const users = new Map<string, string[]>();
  for (const [name, positions] of named) {
    for (const ref of refsOf(positions)) users.set(ref, [...(users.get(ref) ?? []), name]);
  }
  const holders = named.filter(([, positions]) => holdsEnum(positions)).map(([name]) => name);
  return reachable(holders, (name) => users.get(name) ?? []);
}

/** The tree without places and references that lead to no enum. */
function trimmed(positions: EnumPositions, leading: ReadonlySet<string>): EnumPositions {
  const inside = (inner: EnumPositions | undefined): EnumPositions | undefined => {
    const found = inner === undefined ? NONE : trimmed(inner, leading);
    return Object.values(found).every((value) => value === undefined) ? undefined : found;
  };
  const values = inside(positions.values);
  const properties = Object.entries(positions.properties ?? {}).flatMap(([name, inner]) => {
    // Beside a map all names stay: they tell which members are not the map's.
    const found = inside(inner) ?? (values === undefined ? undefined : NONE);
    return found === undefined ? [] : [[name, found] as const];
  });
  const refs = positions.refs?.filter((ref) => leading.has(ref)) ?? [];
  return {
    known: positions.known,
    properties: byName(properties),
    items: inside(positions.items),
    values,
    refs: refs.length === 0 ? undefined : refs,
  };
}

function byName(entries: readonly (readonly [string, EnumPositions])[]): EnumPositions["properties"] {
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function childrenOf({ properties, items, values }: EnumPositions): readonly EnumPositions[] {
  return [...Object.values(properties ?? {}), items, values].filter((child) => child !== undefined);
}

function refsOf(positions: EnumPositions): readonly string[] {
  return [...(positions.refs ?? []), ...childrenOf(positions).flatMap(refsOf)];
}

function holdsEnum(positions: EnumPositions): boolean {
  return positions.known !== undefined || childrenOf(positions).some(holdsEnum);
}
