import { parseDocument } from "./document.ts";
import type { Contract, Document } from "./document.ts";
import { filterMembers, isJsonArray, isJsonObject, listIn, mapMembers, objectIn, own } from "./json.ts";
import type { Json, JsonObject } from "./json.ts";
import { NAMED, ReferenceNames, checkReferences, dereference, resolveReference } from "./references.ts";
import { METHODS, mapDocumentSchemas, mapSubschemas, referenceOf } from "./walk.ts";

const NAMED_SCHEMA = /^#\/components\/schemas\/[^/]+$/;
const NAMED_PART = /^#\/components\/(?:responses|parameters|headers|requestBodies)\/[^/]+$/;

/** Members that no client is generated from: calls that the service makes, and extensions. */
const LEFT_OUT = /^(?:callbacks|links|pathItems|webhooks|x-.*)$/;

/**
 * A contract in the one form that all other steps read: OpenAPI 3.1, operation ids that are unique,
 * and references that lead somewhere and have a name (see `withNamedReferences`).
 * @throws ContractError when the contract is not valid
 */
export function normalizedDocument(contract: Contract): Document {
  // Names come first: a 3.0 schema may be somewhere that only a reference leads to
  // (`#/definitions/…`), and it must be upgraded too.
  const document = upgraded(withUniqueOperationIds(withNamedReferences(parseDocument(contract))));
  checkReferences(document);
  return document;
}

/**
 * Leaves two kinds of references: schemas refer to `#/components/schemas/<name>`, and parameters,
 * headers, bodies and responses to a component of their own kind. Only these have a type with a
 * name; a pointer into a path may lead to an optional member or a list's item. So any other schema
 * that is referred to becomes a named one, and any other part is copied to where it is referred to.
 */
function withNamedReferences(document: Document): Document {
  const components = objectIn(document.root, "components");
  const known = new Set(Object.keys(objectIn(components, "schemas")));
  const names = new ReferenceNames(known);
  const named = (reference: string): string =>
    NAMED_SCHEMA.test(reference) ? reference : `${NAMED}${names.of(reference)}`;

  /** Values of a mapping are references or names of schemas (3.1.1, "Discriminator Object"). */
  const mapping = (discriminator: JsonObject): JsonObject => {
    const entries = Object.entries(objectIn(discriminator, "mapping")).flatMap(([value, target]) => {
      if (typeof target !== "string") return [];
      if (known.has(target)) return [[value, `${NAMED}${target}`]];
      return target.startsWith("#/") ? [[value, named(target)]] : [];
    });
    return { ...discriminator, mapping: Object.fromEntries(entries) };
  };
  const rename = (schema: Json): Json => {
    if (!isJsonObject(schema)) return schema;
    const inner = mapSubschemas(schema, "all", rename);
    const reference = referenceOf(inner);
    const discriminator = own(inner, "discriminator");
    return {
      ...inner,
      ...(reference === undefined ? {} : { $ref: named(reference) }),
      ...(isJsonObject(discriminator) ? { discriminator: mapping(discriminator) } : {}),
    };
  };

  const root = mapDocumentSchemas(document.root, rename, (part) => inPlace(document, part));
  const added: Record<string, Json> = {};
  // This also visits the names that `rename` gives during the loop.
  for (const [reference, name] of names.given) added[name] = rename(resolveReference(document, reference));
  const renamed = objectIn(root, "components");
  const schemas = { ...objectIn(renamed, "schemas"), ...added };
  return names.given.size === 0
    ? { ...document, root }
    : { ...document, root: { ...root, components: { ...renamed, schemas } } };
}

/** A part of the document; where it is a reference without a name, what it refers to. */
function inPlace(document: Document, part: Json): Json {
  const value = withoutLeftOut(part);
  const reference = referenceOf(value);
  if (!isJsonObject(value) || reference === undefined || NAMED_PART.test(reference)) return value;
  const target = dereference(document, value);
  const { $ref: _, ...beside } = value;
  // A path item may have operations beside its reference (3.1.1, "Path Item Object").
  return isJsonObject(target) ? { ...withoutLeftOut(target), ...beside } : value;
}

function withoutLeftOut<Part extends Json>(part: Part): Part | JsonObject {
  return isJsonObject(part) ? filterMembers(part, (name) => !LEFT_OUT.test(name)) : part;
}

/**
 * Takes away an `operationId` that an earlier operation has, as where two paths share one path
 * item. The later operation is named by its method and path.
 */
function withUniqueOperationIds(document: Document): Document {
  const taken = new Set<Json>();
  const methods = new Set<string>(METHODS);
  const paths = mapMembers(objectIn(document.root, "paths"), (item) => {
    if (!isJsonObject(item)) return item;
    return mapMembers(item, (operation, method) => {
      const id = own(operation, "operationId");
      if (!methods.has(method) || !isJsonObject(operation) || id === undefined) return operation;
      if (taken.has(id)) return filterMembers(operation, (name) => name !== "operationId");
      taken.add(id);
      return operation;
    });
  });
  return { ...document, root: { ...document.root, paths } };
}

function upgraded(document: Document): Document {
  const upgrade = document.dialect === "3.0" ? upgradeSchema : constantsAsEnum;
  const root = { ...mapDocumentSchemas(document.root, upgrade), openapi: "3.1.0" };
  return { ...document, root, dialect: "3.1" };
}

/**
 * A schema of OpenAPI 3.0 as JSON Schema 2020-12: `nullable` becomes a type, a boolean
 * `exclusiveMinimum` a number, and members beside a `$ref` go (3.0.3, "Reference Object").
 */
function upgradeSchema(schema: Json): Json {
  const reference = referenceOf(schema);
  if (!isJsonObject(schema)) return schema;
  if (reference !== undefined) return { $ref: reference };
  const inner = mapSubschemas(schema, "all", upgradeSchema);
  const lower = withExclusiveLimit(inner, "minimum", "exclusiveMinimum");
  return withNull(withExclusiveLimit(lower, "maximum", "exclusiveMaximum"));
}

function withNull(schema: JsonObject): JsonObject {
  const { nullable, ...rest } = schema;
  if (nullable !== true) return rest;
  const type = own(rest, "type");
  const values = own(rest, "enum");
  const open: JsonObject =
    isJsonArray(values) && !values.includes(null) ? { ...rest, enum: [...values, null] } : rest;
  if (typeof type === "string") return { ...open, type: [type, "null"] };
  // In 3.0.3 `nullable` has no effect without a type. Authors mean it all the same, most often
  // beside an `allOf` of one reference.
  return type === undefined && !isJsonArray(values) ? { anyOf: [open, { type: "null" }] } : open;
}

function withExclusiveLimit(schema: JsonObject, limit: string, flag: string): JsonObject {
  const isExclusive = own(schema, flag);
  if (typeof isExclusive !== "boolean") return schema;
  const bound = own(schema, limit);
  const without = filterMembers(schema, (name) => name !== flag && !(isExclusive && name === limit));
  return isExclusive && bound !== undefined ? { ...without, [flag]: bound } : without;
}

/** In 3.1 an enum whose values are described is written as a union of constants. */
function constantsAsEnum(schema: Json): Json {
  if (!isJsonObject(schema)) return schema;
  const inner = mapSubschemas(schema, "all", constantsAsEnum);
  for (const keyword of ["oneOf", "anyOf"]) {
    const branches = listIn(inner, keyword);
    const values = branches.flatMap((branch) => describedConstant(branch) ?? []);
    if (branches.length < 2 || values.length < branches.length || own(inner, "enum") !== undefined) continue;
    return { ...filterMembers(inner, (name) => name !== keyword), enum: values };
  }
  return inner;
}

const DESCRIBED_CONSTANT = new Set(["const", "title", "description", "deprecated", "type"]);

function describedConstant(branch: Json): string | number | undefined {
  const value = own(branch, "const");
  if (!isJsonObject(branch) || !Object.keys(branch).every((key) => DESCRIBED_CONSTANT.has(key)))
    return undefined;
  return typeof value === "string" || typeof value === "number" ? value : undefined;
}
