import { dereference, resolveReference } from "./document.ts";
import type { Document } from "./document.ts";
import { openedForValidator } from "./enums.ts";
import { isJsonArray, isJsonObject, own } from "./json.ts";
import type { Json, JsonObject } from "./json.ts";
import { mapSubschemas, withoutAnnotations } from "./schema-keywords.ts";
import { tolerant } from "./tolerant.ts";
import { unionMembers } from "./union-members.ts";

const NAMED = "#/components/schemas/";

/**
 * The schemas that answers are checked against. What they refer to stands once, under a name: inlining it would make a large
 * contract enormous and a recursive one endless.
 */
export class AnswerSchemas {
  readonly #document: Document;
  readonly #unionMembers: ReadonlySet<string>;
  readonly #named = new Map<string, JsonObject>();
  readonly #names = new Map<string, string>();
  /** What could not be taken over, with its place: listed in the generated file's header. */
  readonly notChecked = new Set<string>();

  constructor(document: Document) {
    this.#document = document;
    this.#unionMembers = unionMembers(document.root);
  }

  /** All schemas that the ones asked for refer to, by name. */
  get named(): ReadonlyMap<string, JsonObject> {
    return this.#named;
  }

  /** A schema of an answer, its references turned into `#/$defs/<name>`. @throws ContractError at a reference to nothing */
  of(schema: Json, place: string): JsonObject {
    const checked = this.#translate(tolerant(schema, openedForValidator, this.isUnionMember(place)), place);
    if (isJsonObject(checked)) return checked;
    return checked === false ? { not: {} } : {};
  }

  /** The name that a reference's target goes by here. */
  nameOf(reference: string): string {
    const known = this.#names.get(reference);
    if (known !== undefined) return known;
    const name = this.#freeName(
      reference.startsWith(NAMED) ? reference.slice(NAMED.length) : reference.slice(2),
    );
    this.#names.set(reference, name);
    // Before its content is looked at: a recursive schema comes back here.
    this.#named.set(name, {});
    this.#named.set(name, this.of(resolveReference(this.#document, reference), reference));
    return name;
  }

  isUnionMember(reference: string): boolean {
    return this.#unionMembers.has(reference);
  }

  /** The references met so far, by the name that each goes by here. */
  get references(): ReadonlyMap<string, string> {
    return new Map([...this.#names].map(([reference, name]) => [name, reference]));
  }

  /** The names that the schema refers to, directly or not, sorted. */
  usedBy(schema: JsonObject): readonly string[] {
    const used = new Set<string>();
    const follow = (value: Json): void => {
      if (isJsonArray(value)) value.forEach(follow);
      if (!isJsonObject(value)) return;
      const reference = own(value, "$ref");
      if (typeof reference === "string") {
        const name = reference.slice("#/$defs/".length);
        if (used.has(name)) return;
        used.add(name);
        follow(this.#named.get(name) ?? {});
      }
      Object.values(value).forEach(follow);
    };
    follow(schema);
    return [...used].toSorted();
  }

  #translate(schema: Json, place: string): Json {
    if (!isJsonObject(schema)) return schema;
    const inner = mapSubschemas(
      this.#checkable(withoutAnnotations(schema), place),
      "all",
      (subschema, keyword) => this.#translate(subschema, `${place}/${keyword}`),
    );
    const reference = own(inner, "$ref");
    if (typeof reference !== "string") return asUnion(inner);
    // A reference to itself alone says nothing, and would be followed for ever.
    dereference(this.#document, { $ref: reference });
    return asUnion({ ...inner, $ref: `#/$defs/${this.nameOf(reference)}` });
  }

  /** Without what the validator cannot check; it is noted, so that nobody believes it is. */
  #checkable(schema: JsonObject, place: string): JsonObject {
    const pattern = own(schema, "pattern");
    if (typeof pattern !== "string" || isPattern(pattern)) return schema;
    this.notChecked.add(
      `${place}: the pattern ${JSON.stringify(pattern)} is not a regular expression of ECMA-262`,
    );
    const { pattern: _, ...rest } = schema;
    return rest;
  }

  #freeName(wanted: string): string {
    const base = wanted.replaceAll(/[^A-Za-z0-9._-]+/g, "_");
    const taken = new Set(this.#names.values());
    let name = base;
    for (let count = 2; taken.has(name); count += 1) name = `${base}_${count}`;
    return name;
  }
}

/** `oneOf` as `anyOf`: once its branches are read tolerantly, two of them may well match. */
function asUnion(schema: JsonObject): JsonObject {
  const branches = own(schema, "oneOf");
  if (branches === undefined) return schema;
  const { oneOf: _, ...rest } = schema;
  if (own(rest, "anyOf") === undefined) return { ...rest, anyOf: branches };
  const all = own(rest, "allOf");
  return { ...rest, allOf: [...(isJsonArray(all) ? all : []), { anyOf: branches }] };
}

/** Patterns are Unicode regular expressions (JSON Schema 2020-12, section 6.4 of its core). */
function isPattern(source: string): boolean {
  try {
    return new RegExp(source, "u").source !== "";
  } catch {
    return false;
  }
}
