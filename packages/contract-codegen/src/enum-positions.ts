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
  /** Some branch of a union takes any value here, so that no value of the others is unknown. */
  readonly free?: boolean | undefined;
  readonly properties?: { readonly [name: string]: EnumPositions } | undefined;
  readonly items?: EnumPositions | undefined;
  /** Of members that `properties` does not name. */
  readonly values?: EnumPositions | undefined;
  readonly refs?: readonly string[] | undefined;
};

const NONE: EnumPositions = {};

const MAP_VALUES = ["additionalProperties", "patternProperties", "unevaluatedProperties"];

/** The trees of answers, in their order, and by name those of all schemas that lead to an enum. */
export type FoundEnums = {
  readonly roots: readonly EnumPositions[];
  readonly named: ReadonlyMap<string, EnumPositions>;
};

/**
 * Finds the enums of answers. A named schema has one tree, to which others refer by its name. Who
 * reads an answer merges the trees of a union's branches: merged here, each union of Stripe's
 * contract would hold most of the others.
 *
 * @param schemas those of all answers: each must have been asked for before
 * @param answers the schemas of answers in the contract
 */
export function findEnums(schemas: AnswerSchemas, answers: readonly Json[]): FoundEnums {
  const built = answers.map((schema) => build(schemas, schema, false));
  const all = new Map(
    [...schemas.named()].map(([name, { declared, isBranch }]) => [name, build(schemas, declared, isBranch)]),
  );
  const kept = keptOf(built, all);
  const rootOf = (positions: EnumPositions): EnumPositions => {
    const { free, ...root } = trimmed(positions, kept);
    return root.refs === undefined ? root : { ...root, free };
  };
  const leading = [...all].filter(([name]) => kept.leading.has(name));
  return {
    roots: built.map(rootOf),
    named: new Map(leading.map(([name, positions]) => [name, trimmed(positions, kept)])),
  };
}

function build(schemas: AnswerSchemas, schema: Json, insideUnion: boolean): EnumPositions {
  if (!isJsonObject(schema)) return NONE;
  const built = (keywords: readonly string[], inUnion = insideUnion): readonly EnumPositions[] =>
    keywords.flatMap((keyword) => schemasIn(schema, keyword)).map((inner) => build(schemas, inner, inUnion));
  const properties = Object.entries(objectIn(schema, "properties"));
  const reference = referenceOf(schema);
  return merged(
    [
      {
        known: insideUnion ? listedValues(schema) : growingEnum(schema, false),
        free: insideUnion && isFree(schema),
        properties: byName(properties.map(([name, inner]) => [name, build(schemas, inner, insideUnion)])),
        items: mergedOrNone(built(["items", "prefixItems", "unevaluatedItems"]), "any"),
        values: mergedOrNone(built(MAP_VALUES), "any"),
      },
      reference === undefined ? NONE : { refs: [schemas.nameOf(reference)] },
      ...built(["allOf", "then", "else", "dependentSchemas"]),
      merged(built(["anyOf"], true), "any"),
      merged(built(["oneOf"], true), "any"),
    ],
    "all",
  );
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

/** What of the trees is written. */
type Kept = {
  /** The names whose trees hold an enum, or refer to one that does. */
  readonly leading: ReadonlySet<string>;
  /** Members that are an enum somewhere: another branch may have any value there. */
  readonly enumMembers: ReadonlySet<string>;
  /** Some named map has enums: beside it, all names of other branches stay. */
  readonly allMembers: boolean;
};

function keptOf(answers: readonly EnumPositions[], named: ReadonlyMap<string, EnumPositions>): Kept {
  const isEnum = ({ known, items, values, refs = [] }: EnumPositions): boolean =>
    known !== undefined ||
    refs.some((ref) => named.get(ref)?.known !== undefined) ||
    [items, values].some((inner) => inner !== undefined && isEnum(inner));
  const enumMembers = new Set<string>();
  const all = [...answers, ...named.values()];
  // This also visits what is added during the loop.
  for (const positions of all) {
    for (const [name, inner] of Object.entries(positions.properties ?? {}))
      if (isEnum(inner)) enumMembers.add(name);
    for (const child of childrenOf(positions)) all.push(child);
  }
  const users = new Map<string, string[]>();
  for (const [name, positions] of named) {
    for (const ref of refsOf(positions)) users.set(ref, [...(users.get(ref) ?? []), name]);
  }
  const holders = [...named].filter(([, positions]) => holdsEnum(positions, enumMembers));
  const leading = reachable(
    holders.map(([name]) => name),
    (name) => users.get(name) ?? [],
  );
  return { leading, enumMembers, allMembers: holders.some(([, { values }]) => values && isEnum(values)) };
}

/** The tree without places and references that lead to no enum. */
function trimmed(positions: EnumPositions, kept: Kept, isFreeKept = true): EnumPositions {
  const inside = (inner: EnumPositions | undefined, isKept: boolean): EnumPositions | undefined => {
    const found = inner === undefined ? NONE : trimmed(inner, kept, isKept);
    return Object.values(found).every((value) => value === undefined) ? undefined : found;
  };
  const values = inside(positions.values, isFreeKept);
  const properties = Object.entries(positions.properties ?? {}).flatMap(([name, inner]) => {
    // Beside a map all names stay: they tell which members are not the map's.
    const found =
      inside(inner, kept.enumMembers.has(name)) ??
      (values === undefined && !kept.allMembers ? undefined : NONE);
    return found === undefined ? [] : [[name, found] as const];
  });
  const refs = positions.refs?.filter((ref) => kept.leading.has(ref)) ?? [];
  return {
    known: positions.known,
    free: isFreeKept || refs.length > 0 ? positions.free || undefined : undefined,
    properties: byName(properties),
    items: inside(positions.items, isFreeKept),
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

function holdsEnum(positions: EnumPositions, enumMembers: ReadonlySet<string>, isFreeKept = true): boolean {
  const { known, free, properties = {}, items, values } = positions;
  return (
    known !== undefined ||
    (free === true && isFreeKept) ||
    Object.entries(properties).some(([name, inner]) =>
      holdsEnum(inner, enumMembers, enumMembers.has(name)),
    ) ||
    [items, values].some((inner) => inner !== undefined && holdsEnum(inner, enumMembers, isFreeKept))
  );
}
