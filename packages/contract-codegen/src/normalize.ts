import type { Document } from "./document.ts";
import { filterMembers, isJsonArray, isJsonObject, listIn, mapMembers, objectIn, own } from "./json.ts";
import type { Json, JsonObject } from "./json.ts";
import {
  NAMED,
  checkReferences,
  dereference,
  freeName,
  referenceNames,
  resolveReference,
  targetOf,
} from "./references.ts";
import { RESERVED } from "./reserved.ts";
import { METHODS, mapDocumentSchemas, mapSubschemas, referenceOf } from "./walk.ts";
import type { Part } from "./walk.ts";

const NAMED_SCHEMA = /^#\/components\/schemas\/[^/]+$/;
const NAMED_PART = /^#\/components\/(?:responses|parameters|headers|requestBodies)\/[^/]+$/;

/** Members that no client is generated from: calls that the service makes, and extensions. */
const LEFT_OUT = /^(?:callbacks|links|pathItems|webhooks|x-.*)$/;

/**
 * A document in the one form that all other steps read: OpenAPI 3.1, operation ids that are unique,
 * and references that lead somewhere and have a name (see `withNamedReferences`).
 * @throws ContractError when the contract is not valid
 */
export function normalizedDocument(written: Document): Document {
  // Names come first: a 3.0 schema may be somewhere that only a reference leads to
  // (`#/definitions/…`), and it must be upgraded too.
  const document = upgraded(withMethodNames(withNamedReferences(written)));
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
  const names = referenceNames(known);
  const named = (reference: string): string =>
    NAMED_SCHEMA.test(reference) ? reference : `${NAMED}${names.of(reference)}`;

  /** Values of a mapping are references or names of schemas (3.1.1, "Discriminator Object"). */
  const mapping = (discriminator: JsonObject): JsonObject => {
    const entries = Object.entries(objectIn(discriminator, "mapping")).flatMap(([value, target]) => {
      if (typeof target !== "string") return [];
      if (known.has(target)) return [[value, `${NAMED}${target}`]];
      // One that leads nowhere says nothing: the branches of the union are listed beside it.
      return targetOf(document, target) === undefined ? [] : [[value, named(target)]];
    });
    return { ...discriminator, mapping: Object.fromEntries(entries) };
  };
  const rename = (schema: Json): Json => {
    if (!isJsonObject(schema)) return schema;
    const inner = mapSubschemas(withoutData(schema), "all", rename);
    const reference = referenceOf(inner);
    const discriminator = own(inner, "discriminator");
    return {
      ...inner,
      ...(reference === undefined ? {} : { $ref: named(reference) }),
      ...(isJsonObject(discriminator) ? { discriminator: mapping(discriminator) } : {}),
    };
  };

  const root = mapDocumentSchemas(document.root, rename, (part, kind) => inPlace(document, part, kind));
  const added: [name: string, schema: Json][] = [];
  // This also visits the names that `rename` gives during the loop.
  for (const [reference, name] of names.given)
    added.push([name, rename(resolveReference(document, reference))]);
  const renamed = objectIn(root, "components");
  const schemas = { ...objectIn(renamed, "schemas"), ...Object.fromEntries(added) };
  return names.given.size === 0
    ? { ...document, root }
    : { ...document, root: { ...root, components: { ...renamed, schemas } } };
}

/** A part of the document; where it is a reference without a name, what it refers to. */
function inPlace(document: Document, part: Json, kind: Part): Json {
  const value = withoutLeftOut(part, kind);
  const reference = referenceOf(value);
  if (!isJsonObject(value) || reference === undefined || NAMED_PART.test(reference)) return value;
  const target = dereference(document, value);
  const { $ref: _, ...beside } = value;
  // A path item may have operations beside its reference (3.1.1, "Path Item Object").
  return isJsonObject(target) ? { ...withoutLeftOut(target, kind), ...beside } : value;
}

/** Maps whose names are not free: `x-…` in them is an extension (3.1.1, "Paths Object"). */
const EXTENSIBLE = /^(?:document paths|operation responses)$/;

function withoutLeftOut<Value extends Json>(value: Value, kind: Part): Value | JsonObject {
  if (!isJsonObject(value)) return value;
  const kept = filterMembers(value, (name, member) => !LEFT_OUT.test(name) && !isExample(name, member));
  return mapMembers(kept, (member, name) =>
    isJsonObject(member) && EXTENSIBLE.test(`${kind} ${name}`)
      ? filterMembers(member, (key) => !key.startsWith("x-"))
      : member,
  );
}

/** An example that is more than a value: it may look like a schema. */
function isExample(name: string, value: Json): boolean {
  return (
    (name === "example" || name === "examples") &&
    [value].flat().some((one) => typeof one === "object" && one !== null)
  );
}

/**
 * Without extensions and examples, and without what only references lead to: that has got a name.
 */
function withoutData(schema: JsonObject): JsonObject {
  return filterMembers(
    schema,
    (name, value) => !/^(?:x-.*|\$defs|definitions)$/.test(name) && !isExample(name, value),
  );
}

/**
 * Gives every operation a name of its own that is safe as a method's. An `operationId` that an
 * earlier operation has goes, as where two paths share one path item: the later operation is named
 * by its method and path. A reserved one gets an underscore: `then_`.
 */
function withMethodNames(document: Document): Document {
  const paths = objectIn(document.root, "paths");
  const operations = Object.entries(paths).flatMap(([path, item]) =>
    METHODS.map((method) => [`${method.toUpperCase()} ${path}`, own(own(item, method), "operationId")]),
  );
  const declared = new Set(operations.flatMap(([, id]) => (typeof id === "string" ? id : [])));
  const taken = new Set(operations.flatMap(([name]) => (typeof name === "string" ? name : [])));
  const nameOf = (id: Json | undefined): string | undefined => {
    if (typeof id !== "string" || id.trim() === "" || taken.has(id)) return undefined;
    taken.add(id);
    if (!RESERVED.has(id)) return id;
    const name = freeName(`${id}_`, declared);
    declared.add(name);
    return name;
  };
  const named = mapMembers(paths, (item) => {
    if (!isJsonObject(item)) return item;
    return mapMembers(item, (operation, method) => {
      if (!METHODS.some((known) => known === method) || !isJsonObject(operation)) return operation;
      const { operationId, ...rest } = operation;
      const name = nameOf(operationId);
      return name === undefined ? rest : { operationId: name, ...rest };
    });
  });
  return { ...document, root: { ...document.root, paths: named } };
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
  const inner = nullAsBranch(mapSubschemas(schema, "all", constantsAsEnum));
  for (const keyword of ["oneOf", "anyOf"]) {
    const branches = listIn(inner, keyword);
    const values = branches.flatMap((branch) => describedConstant(branch) ?? []);
    if (branches.length < 2 || values.length < branches.length || own(inner, "enum") !== undefined) continue;
    return { ...filterMembers(inner, (name) => name !== keyword), enum: values };
  }
  return inner;
}

/** Converters write `nullable` beside a union as `type: "null"`, which no value could satisfy. */
function nullAsBranch(schema: JsonObject): JsonObject {
  const { type, ...rest } = schema;
  const keyword = ["oneOf", "anyOf"].find((union) => listIn(rest, union).length > 0);
  if (type !== "null" || keyword === undefined) return schema;
  return { ...rest, [keyword]: [...listIn(rest, keyword), { type: "null" }] };
}

const DESCRIBED_CONSTANT = new Set(["const", "title", "description", "deprecated", "type"]);

function describedConstant(branch: Json): string | number | undefined {
  const value = own(branch, "const");
  if (!isJsonObject(branch) || !Object.keys(branch).every((key) => DESCRIBED_CONSTANT.has(key)))
    return undefined;
  return typeof value === "string" || typeof value === "number" ? value : undefined;
}
