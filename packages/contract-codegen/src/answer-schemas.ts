import type { Document } from "./document.ts";
import { openedForValidator } from "./enums.ts";
import { isJsonArray, isJsonObject, objectIn, own } from "./json.ts";
import type { Json, JsonObject } from "./json.ts";
import { referencesIn, resolveReference } from "./references.ts";
import { mapSubschemas, withoutAnnotations } from "./schema-keywords.ts";
import { tolerant } from "./tolerant.ts";
import { unionMembers } from "./union-members.ts";

const NAMED = "#/components/schemas/";
const DEFINITIONS = "#/$defs/";

/** A schema that others refer to, and the reference in the document that it stands for. */
export type NamedSchema = { readonly reference: string; readonly schema: JsonObject };

/**
 * The schemas that answers are checked against. What they refer to stands once, under a name: inlining it would make a large
 * contract enormous and a recursive one endless.
 */
export class AnswerSchemas {
  readonly #document: Document;
  readonly #unionMembers: ReadonlySet<string>;
  readonly #named = new Map<string, NamedSchema>();
  readonly #names = new Map<string, string>();
  readonly #taken = new Set<string>();
  /** What could not be taken over, with its place: listed in the generated file's header. */
  readonly notChecked = new Set<string>();

  constructor(document: Document) {
    this.#document = document;
    this.#unionMembers = unionMembers(document.root);
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
    return name;
  }

  /**
   * All schemas that the ones asked for refer to, directly or not, by name. One after the other, not one inside the other: a
   * chain of references may be longer than the stack is deep.
   */
  named(): ReadonlyMap<string, NamedSchema> {
    // A Map's iteration reaches what is added while it lasts.
    for (const [reference, name] of this.#names) {
      if (this.#named.has(name)) continue;
      const schema = this.of(resolveReference(this.#document, reference), reference);
      this.#named.set(name, { reference, schema });
    }
    return this.#named;
  }

  isUnionMember(reference: string): boolean {
    return this.#unionMembers.has(reference);
  }

  /** The names that the schema refers to, directly or not, sorted. */
  usedBy(schema: JsonObject): readonly string[] {
    const named = this.named();
    const used = new Set<string>();
    const take = (value: Json): void => {
      for (const reference of referencesIn(value)) used.add(reference.slice(DEFINITIONS.length));
    };
    take(schema);
    for (const name of used) take(named.get(name)?.schema ?? {});
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
    return asUnion({ ...inner, $ref: `${DEFINITIONS}${this.nameOf(reference)}` });
  }

  /** Without what the validator cannot check; it is noted, so that nobody believes it is. */
  #checkable(schema: JsonObject, place: string): JsonObject {
    const { pattern, ...rest } = schema;
    const checked = typeof pattern === "string" && !this.#isPattern(pattern, place) ? rest : schema;
    const members = Object.entries(objectIn(checked, "patternProperties"));
    const known = members.filter(([name]) => this.#isPattern(name, place));
    if (known.length === members.length) return checked;
    // Which members are additional cannot be said any more.
    const { additionalProperties: _, ...open } = checked;
    return { ...open, patternProperties: Object.fromEntries(known) };
  }

  #isPattern(source: string, place: string): boolean {
    if (isPattern(source)) return true;
    this.notChecked.add(
      `${place}: the pattern ${JSON.stringify(source)} is not a regular expression of ECMA-262`,
    );
    return false;
  }

  #freeName(wanted: string): string {
    const base = wanted.replaceAll(/[^A-Za-z0-9._-]+/g, "_");
    let name = base;
    for (let count = 2; this.#taken.has(name); count += 1) name = `${base}_${count}`;
    this.#taken.add(name);
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
