import type { Document } from "./document.ts";
import { mapDocumentSchemas } from "./document-schemas.ts";
import { isJsonObject, objectIn, own } from "./json.ts";
import type { Json, JsonObject } from "./json.ts";
import { dereference, resolveReference } from "./references.ts";
import { mapSubschemas } from "./schema-keywords.ts";

const NAMED = "#/components/schemas/";
const NAMED_SCHEMA = /^#\/components\/schemas\/[^/]+$/;
const NAMED_PART = /^#\/components\/(?:responses|parameters|headers|requestBodies)\/[^/]+$/;

/**
 * The same document with references of two kinds only: schemas refer to `#/components/schemas/<name>`, and parameters, headers, bodies and
 * responses to the component of their own kind. A type can be named by these and by no others: what a pointer into a path means may be
 * optional, a list's item, or nothing that has a type. So a schema that is referred to elsewhere gets a name, and other parts are put
 * where they are referred to. What a service calls (callbacks, webhooks) and extensions are left out.
 *
 * It is done before a dialect is upgraded, since a schema may also stand where no OpenAPI document has one (`#/definitions/…`).
 * @throws ContractError at a reference to nothing
 */
export function withNamedReferences(document: Document): Document {
  const names = new SchemaNames(document);
  const name = (schema: Json): Json => namedIn(schema, names);
  const root = mapDocumentSchemas(document.root, name, (value) => inPlace(document, value));
  const added: Record<string, Json> = {};
  // A Map's iteration reaches what is added while it lasts: a schema may refer to further ones.
  for (const [reference, given] of names.given) added[given] = name(resolveReference(document, reference));
  if (names.given.size === 0) return { ...document, root };
  const components = objectIn(root, "components");
  const schemas = { ...objectIn(components, "schemas"), ...added };
  return { ...document, root: { ...root, components: { ...components, schemas } } };
}

/** Members of a part that no client is made from, or that stand elsewhere once they are put where they are referred to. */
const LEFT_OUT = /^(?:callbacks|links|pathItems|webhooks|x-.*)$/;

/** A part of a document but its schemas: where it is referred to otherwise than by its name, at the place of the reference. */
function inPlace(document: Document, part: Json): Json {
  const value = withoutLeftOut(part);
  const reference = isJsonObject(value) ? own(value, "$ref") : undefined;
  if (!isJsonObject(value) || typeof reference !== "string" || NAMED_PART.test(reference)) return value;
  const target = dereference(document, value);
  const { $ref: _, ...beside } = value;
  // Beside the reference of a path item its other operations may stand (3.1.1, "Path Item Object").
  return isJsonObject(target) ? { ...withoutLeftOut(target), ...beside } : value;
}

function withoutLeftOut<Part extends Json>(part: Part): Part | JsonObject {
  if (!isJsonObject(part)) return part;
  return Object.fromEntries(Object.entries(part).filter(([name]) => !LEFT_OUT.test(name)));
}

function namedIn(schema: Json, names: SchemaNames): Json {
  if (!isJsonObject(schema)) return schema;
  const inner = mapSubschemas(schema, "all", (subschema) => namedIn(subschema, names));
  const reference = own(inner, "$ref");
  const discriminator = own(inner, "discriminator");
  return {
    ...inner,
    ...(typeof reference === "string" ? { $ref: names.of(reference) } : {}),
    ...(isJsonObject(discriminator) ? { discriminator: withNamedMapping(discriminator, names) } : {}),
  };
}

/** A mapping's values are references, or names of schemas alone (3.1.1, "Discriminator Object"). Others tell nothing here. */
function withNamedMapping(discriminator: JsonObject, names: SchemaNames): JsonObject {
  const mapping = Object.entries(objectIn(discriminator, "mapping")).flatMap(([value, target]) => {
    if (typeof target !== "string") return [];
    if (names.has(target)) return [[value, `${NAMED}${target}`]];
    return target.startsWith("#/") ? [[value, names.of(target)]] : [];
  });
  return { ...discriminator, mapping: Object.fromEntries(mapping) };
}

/** References of schemas, each to a name among the components. */
class SchemaNames {
  /** The new names, by the reference that they stand for. */
  readonly given = new Map<string, string>();
  readonly #taken: Set<string>;

  constructor(document: Document) {
    this.#taken = new Set(Object.keys(objectIn(objectIn(document.root, "components"), "schemas")));
  }

  has(name: string): boolean {
    return this.#taken.has(name);
  }

  of(reference: string): string {
    if (NAMED_SCHEMA.test(reference)) return reference;
    const found = this.given.get(reference);
    if (found !== undefined) return `${NAMED}${found}`;
    const name = this.#freeName(reference);
    this.given.set(reference, name);
    return `${NAMED}${name}`;
  }

  #freeName(reference: string): string {
    const pointer = reference.startsWith(NAMED)
      ? reference.slice(NAMED.length)
      : reference.replace(/^#\/?/, "");
    const wanted = pointer.replaceAll(/[^A-Za-z0-9._-]+/g, "_") || "Document";
    let name = wanted;
    for (let count = 2; this.#taken.has(name); count += 1) name = `${wanted}_${count}`;
    this.#taken.add(name);
    return name;
  }
}
