import type { Document } from "./document.ts";
import { filterMembers, isJsonObject, listIn, objectIn, own } from "./json.ts";
import type { Json, JsonObject } from "./json.ts";
import { referenceNames, resolveReference } from "./references.ts";
import { openedForValidator, tolerant } from "./tolerant.ts";
import { decidesValidity, mapSubschemas, referenceOf, unionMembers } from "./walk.ts";

const DEFINITIONS = "#/$defs/";

/** A schema that others refer to. */
export type NamedSchema = {
  /** As in the document. */
  readonly declared: Json;
  /** Whether it is a branch of some union. */
  readonly isBranch: boolean;
  /** To check answers against. */
  readonly schema: JsonObject;
};

/**
 * The schemas that answers are checked against. A schema that others refer to is kept once, under a
 * name: copying it to each place would make a large contract enormous and a recursive one endless.
 */
export class AnswerSchemas {
  readonly #document: Document;
  readonly #unionMembers: ReadonlySet<string>;
  // The validator does not find a definition that has the name of what every object has.
  readonly #names = referenceNames(Object.getOwnPropertyNames(Object.prototype));
  readonly #named = new Map<string, NamedSchema>();
  /** What the validator cannot check, with its place. The generated file's header lists it. */
  readonly notChecked = new Set<string>();

  /** @param document a normalized one */
  constructor(document: Document) {
    this.#document = document;
    this.#unionMembers = unionMembers(document.root);
  }

  /**
   * The schema to check an answer against, with references to `#/$defs/<name>`.
   * @param place where it is in the document, for the list of what is not checked
   * @throws ContractError at a reference to nothing
   */
  of(schema: Json, place: string): JsonObject {
    const checked = this.#translate(
      tolerant(schema, openedForValidator, this.#unionMembers.has(place)),
      place,
    );
    if (isJsonObject(checked)) return checked;
    return checked === false ? { not: {} } : {};
  }

  /** The name under which a reference's target is kept. */
  nameOf(reference: string): string {
    return this.#names.of(reference);
  }

  /** By name, every schema that those asked for so far refer to, directly or not. */
  named(): ReadonlyMap<string, NamedSchema> {
    // A loop that also visits names given meanwhile: a recursion could be deeper than the stack.
    for (const [reference, name] of this.#names.given) {
      if (this.#named.has(name)) continue;
      const declared = resolveReference(this.#document, reference);
      const isBranch = this.#unionMembers.has(reference);
      this.#named.set(name, { declared, isBranch, schema: this.of(declared, reference) });
    }
    return this.#named;
  }

  #translate(schema: Json, place: string): Json {
    if (!isJsonObject(schema)) return schema;
    const inner = mapSubschemas(this.#checkable(schema, place), "all", (subschema, keyword) =>
      this.#translate(subschema, `${place}/${keyword}`),
    );
    const reference = referenceOf(inner);
    return asUnion(
      reference === undefined ? inner : { ...inner, $ref: `${DEFINITIONS}${this.nameOf(reference)}` },
    );
  }

  /** The schema without annotations and without patterns that are no regular expressions. */
  #checkable(schema: JsonObject, place: string): JsonObject {
    const checked = filterMembers(
      schema,
      (keyword, value) =>
        decidesValidity(keyword) &&
        (keyword !== "pattern" || typeof value !== "string" || this.#isPattern(value, place)),
    );
    const patterns = objectIn(checked, "patternProperties");
    const known = filterMembers(patterns, (pattern) => this.#isPattern(pattern, place));
    if (Object.keys(known).length === Object.keys(patterns).length) return checked;
    // Without that pattern it is not known which members are additional.
    const { additionalProperties: _, ...open } = checked;
    return { ...open, patternProperties: known };
  }

  /** Patterns are Unicode regular expressions (JSON Schema 2020-12, core, section 6.4). */
  #isPattern(source: string, place: string): boolean {
    try {
      return new RegExp(source, "u").unicode;
    } catch {
      const what = `the pattern ${JSON.stringify(source)} is not a regular expression of ECMA-262`;
      this.notChecked.add(`${place}: ${what}`);
      return false;
    }
  }
}

/** `oneOf` becomes `anyOf`: two branches that are read tolerantly may both match. */
function asUnion(schema: JsonObject): JsonObject {
  const { oneOf: branches, ...rest } = schema;
  if (branches === undefined) return schema;
  if (own(rest, "anyOf") === undefined) return { ...rest, anyOf: branches };
  return { ...rest, allOf: [...listIn(rest, "allOf"), { anyOf: branches }] };
}
