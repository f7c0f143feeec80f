import { growingEnum } from "./enums.ts";
import type { EnumValue } from "./enums.ts";
import { isJsonArray, isJsonObject, objectIn, own } from "./json.ts";
import type { Json, JsonObject } from "./json.ts";

/** Where in an answer enums stand, and what values the contract lists there. A tree; `refs` continue it under a name. */
export type EnumPositions = {
  readonly known?: readonly EnumValue[];
  /** Some branch of a union takes any value here, so none is unknown. */
  readonly free?: true;
  readonly properties?: { readonly [name: string]: EnumPositions };
  /** Of members that `properties` does not name. */
  readonly values?: EnumPositions;
  readonly items?: EnumPositions;
  readonly refs?: readonly string[];
};

/** What building needs to know of the document. */
export type EnumSource = {
  readonly resolve: (reference: string) => Json;
  readonly nameOf: (reference: string) => string;
  readonly isUnionMember: (reference: string) => boolean;
};

const NONE: EnumPositions = {};

/** Finds the enums of answers' schemas; a named schema is looked at once, however often it is used. */
export class EnumFinder {
  readonly #source: EnumSource;
  readonly #named = new Map<string, EnumPositions>();

  constructor(source: EnumSource) {
    this.#source = source;
  }

  of(schema: Json): EnumPositions {
    return pruned(this.#build(schema, false));
  }

  ofReference(reference: string): EnumPositions {
    return pruned(this.#buildNamed(reference));
  }

  #buildNamed(reference: string): EnumPositions {
    const known = this.#named.get(reference);
    if (known !== undefined) return known;
    // A union that contains itself: what it adds to itself is nothing new.
    this.#named.set(reference, NONE);
    const positions = this.#build(this.#source.resolve(reference), this.#source.isUnionMember(reference));
    this.#named.set(reference, positions);
    return positions;
  }

  #build(schema: Json, insideUnion: boolean): EnumPositions {
    if (!isJsonObject(schema)) return NONE;
    const build = (inner: Json): EnumPositions => this.#build(inner, insideUnion);
    const parts: EnumPositions[] = [this.#ownLevel(schema, insideUnion)];
    const reference = own(schema, "$ref");
    if (typeof reference === "string") {
      parts.push(insideUnion ? this.#buildNamed(reference) : { refs: [this.#source.nameOf(reference)] });
    }
    for (const keyword of ["allOf", "then", "else", "dependentSchemas"]) {
      parts.push(...schemasIn(schema, keyword).map(build));
    }
    for (const keyword of ["anyOf", "oneOf"]) {
      const branches = schemasIn(schema, keyword).map((inner) => this.#build(inner, true));
      if (branches.length > 0) parts.push(merged(branches, "any"));
    }
    return merged(parts, "all");
  }

  #ownLevel(schema: JsonObject, insideUnion: boolean): EnumPositions {
    const build = (inner: Json): EnumPositions => this.#build(inner, insideUnion);
    const items = ["items", "prefixItems", "unevaluatedItems"].flatMap((keyword) =>
      schemasIn(schema, keyword),
    );
    const values = ["additionalProperties", "patternProperties", "unevaluatedProperties"].flatMap((keyword) =>
      schemasIn(schema, keyword),
    );
    const known = insideUnion ? listedValues(schema) : growingEnum(schema, false);
    const properties = Object.entries(objectIn(schema, "properties")).map(([name, inner]) => [
      name,
      build(inner),
    ]);
    return {
      ...(known === undefined ? {} : { known }),
      ...(insideUnion && isFree(schema) ? { free: true } : {}),
      ...(properties.length === 0 ? {} : { properties: Object.fromEntries(properties) }),
      ...(items.length === 0 ? {} : { items: merged(items.map(build), "any") }),
      ...(values.length === 0 ? {} : { values: merged(values.map(build), "any") }),
    };
  }
}

/** Inside a union also the enums of one value and the constants: together with the other branches' they are a list. */
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

/** One tree of several for the same place: of a union's branches (`any`) one is satisfied, else (`all`) each is. */
function merged(all: readonly EnumPositions[], mode: "any" | "all"): EnumPositions {
  const parts = [...new Set(all)].filter((part) => part !== NONE);
  if (parts.length <= 1) return parts[0] ?? NONE;
  const listed = [...new Set(parts.flatMap((part) => part.known ?? []))];
  const free =
    mode === "any" ? parts.some((part) => part.free) : parts.some((part) => part.free) && listed.length === 0;
  const known = listed.length === 0 || (mode === "any" && free) ? undefined : listed;
  const names = [...new Set(parts.flatMap((part) => Object.keys(part.properties ?? {})))];
  const items = parts.flatMap((part) => part.items ?? []);
  const values = parts.flatMap((part) => part.values ?? []);
  const refs = [...new Set(parts.flatMap((part) => part.refs ?? []))];
  const property = (name: string): EnumPositions =>
    merged(
      parts.flatMap((part) =>
        part.properties !== undefined && Object.hasOwn(part.properties, name)
          ? (part.properties[name] ?? [])
          : [],
      ),
      mode,
    );
  return {
    ...(known === undefined ? {} : { known }),
    ...(free ? { free: true } : {}),
    ...(names.length === 0
      ? {}
      : { properties: Object.fromEntries(names.map((name) => [name, property(name)])) }),
    ...(items.length === 0 ? {} : { items: merged(items, mode) }),
    ...(values.length === 0 ? {} : { values: merged(values, mode) }),
    ...(refs.length === 0 ? {} : { refs }),
  };
}

/** Without the places where no enum is; beside a map the names stay, since they are what the map's values do not stand for. */
export function pruned(positions: EnumPositions): EnumPositions {
  const items = positions.items === undefined ? NONE : pruned(positions.items);
  const values = positions.values === undefined ? NONE : pruned(positions.values);
  const properties = Object.entries(positions.properties ?? {})
    .map(([name, inner]) => [name, pruned(inner)] as const)
    .filter(([, inner]) => !isEmpty(inner) || !isEmpty(values));
  return {
    ...(positions.known === undefined ? {} : { known: positions.known }),
    ...(properties.length === 0 ? {} : { properties: Object.fromEntries(properties) }),
    ...(isEmpty(items) ? {} : { items }),
    ...(isEmpty(values) ? {} : { values }),
    ...(positions.refs === undefined ? {} : { refs: positions.refs }),
  };
}

function isEmpty(positions: EnumPositions): boolean {
  return Object.keys(positions).length === 0;
}
