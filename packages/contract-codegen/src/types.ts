import { astToString, resolveRef, scanDiscriminators, transformSchema } from "openapi-typescript";
import type { GlobalContext } from "openapi-typescript";
import { ContractError, parseDocument } from "./document.ts";
import type { Contract, Document } from "./document.ts";
import { isJsonObject, mapMembers, objectIn, own } from "./json.ts";
import type { Json, JsonObject } from "./json.ts";
import { NAMED, checkReferences, freeName, reachable } from "./references.ts";
import { openedForType, tolerant } from "./tolerant.ts";
import { mapDocumentSchemas, mapSubschemas, referencesOf, schemasIn, unionMembers } from "./walk.ts";

/**
 * The types of a document, as openapi-typescript writes them. Answers are tolerant, requests are
 * what the contract says. All are read-only, since several callers may share one answer.
 * @throws ContractError when openapi-typescript refuses the contract
 */
export function typesOf({ source, root }: Document): string {
  return declarations(source, splitByDirection(root), true);
}

/**
 * The declarations (`.d.ts`) of a contract for those who call it: `paths`, `operations` and
 * `components`, as openapi-fetch takes them. The same contract always gives the same text.
 * @param command what to run to regenerate the file; its header names it
 * @throws ContractError when the contract is not valid, or refers to something it does not contain
 */
export function clientTypes(contract: Contract, command: string): string {
  const document = parseDocument(contract);
  checkReferences(document);
  // Not read-only: openapi-fetch does not accept a read-only array where an array is declared.
  const types = declarations(contract.source, document.root, false);
  return `// Generated from ${contract.source}; to regenerate: ${command}\n\n${types}`;
}

/**
 * Only the transformation of openapi-typescript. Its reading would follow each `$ref`, also those in
 * examples and extensions, to other files and hosts.
 */
function declarations(source: string, root: JsonObject, immutable: boolean): string {
  try {
    // A copy: the scan writes into the document.
    const schema = JSON.parse(JSON.stringify(root));
    const context: Omit<GlobalContext, "redoc"> = {
      ...DEFAULTS,
      immutable,
      discriminators: scanDiscriminators(schema, { silent: true }),
      injectFooter: [],
      resolve: (reference) => resolveRef(schema, reference, { silent: true }),
    };
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what is missing is `redoc`, which only its reading takes
    return astToString(transformSchema(schema, context as GlobalContext));
  } catch (error) {
    throw new ContractError(`${source}: no types can be made from it (${String(error)})`, { cause: error });
  }
}

/** Its options, all as they are by default (openapi-typescript 7, "Flags"). */
const DEFAULTS = {
  additionalProperties: false,
  alphabetize: false,
  arrayLength: false,
  defaultNonNullable: true,
  emptyObjectsUnknown: false,
  enum: false,
  enumValues: false,
  conditionalEnums: false,
  dedupeEnums: false,
  excludeDeprecated: false,
  exportType: false,
  rootTypes: false,
  rootTypesNoSchemaPrefix: false,
  rootTypesKeepCasing: false,
  pathParamsAsTypes: false,
  propertiesRequiredByDefault: false,
  silent: true,
  makePathsEnum: false,
  generatePathParams: false,
  readWriteMarkers: false,
  postTransform: undefined,
  transform: undefined,
  transformProperty: undefined,
};

/**
 * The document with tolerant answers. A named schema that travels both ways, and differs between
 * them, gets a second name for requests: `Address` and `AddressRequest`.
 */
function splitByDirection(root: JsonObject): JsonObject {
  const schemas = objectIn(objectIn(root, "components"), "schemas");
  const answers = namesOf("answer", root, schemas);
  const requests = namesOf("request", root, schemas);
  const members = unionMembers(root);
  const taken = new Set(Object.keys(schemas));
  const renamed = new Map(
    [...taken]
      .filter((name) => answers.has(name) && requests.has(name) && differs(name, schemas))
      .map((name) => [name, freeName(`${name}Request`, taken)]),
  );
  const split = mapDocumentSchemas(root, (schema, direction, name) => {
    const isSent = direction === "named" ? requests.has(name) && !answers.has(name) : direction === "request";
    if (isSent) return renameReferences(schema, renamed);
    return tolerant(schema, openedForType, direction === "named" && members.has(`${NAMED}${name}`));
  });
  if (renamed.size === 0) return split;
  const copies = [...renamed].map(([name, copy]) => [
    copy,
    renameReferences(own(schemas, name) ?? {}, renamed),
  ]);
  const components = objectIn(split, "components");
  const all = { ...objectIn(components, "schemas"), ...Object.fromEntries(copies) };
  return { ...split, components: { ...components, schemas: all } };
}

/** The named schemas that the schemas of one direction use, directly or not. */
function namesOf(
  direction: "answer" | "request",
  root: JsonObject,
  schemas: JsonObject,
): ReadonlySet<string> {
  const found: string[] = [];
  mapDocumentSchemas(root, (schema, itsDirection) => {
    if (itsDirection === direction) found.push(...namesIn(schema));
    return schema;
  });
  return reachable(found, (name) => namesIn(own(schemas, name) ?? {}));
}

/** Whether tolerant reading changes the schema of that name, or one that it uses. */
function differs(start: string, schemas: JsonObject): boolean {
  return [...reachable([start], (name) => namesIn(own(schemas, name) ?? {}))].some((name) => {
    const schema = own(schemas, name) ?? {};
    return JSON.stringify(tolerant(schema, openedForType)) !== JSON.stringify(schema);
  });
}

function namesIn(value: Json): readonly string[] {
  return [...referencesOf(schemasIn(value))].flatMap((reference) => nameOf(reference) ?? []);
}

function nameOf(reference: string): string | undefined {
  return reference.startsWith(NAMED) ? reference.slice(NAMED.length).split("/")[0] : undefined;
}

/** Renames in references and in a discriminator's `mapping`. */
function renameReferences(schema: Json, names: ReadonlyMap<string, string>): Json {
  if (!isJsonObject(schema)) return schema;
  const renamed = (reference: Json): Json => {
    const name = typeof reference === "string" ? names.get(nameOf(reference) ?? "") : undefined;
    return name === undefined ? reference : `${NAMED}${name}`;
  };
  return mapMembers(
    mapSubschemas(schema, "all", (inner) => renameReferences(inner, names)),
    (value, keyword) => {
      if (keyword === "$ref") return renamed(value);
      if (keyword !== "discriminator" || !isJsonObject(value)) return value;
      return { ...value, mapping: mapMembers(objectIn(value, "mapping"), renamed) };
    },
  );
}
