import { astToString, resolveRef, scanDiscriminators, transformSchema } from "openapi-typescript";
import type { GlobalContext } from "openapi-typescript";
import { successesOf } from "./bodies.ts";
import { ContractError, parseDocument } from "./document.ts";
import type { Contract, Document } from "./document.ts";
import { filterMembers, isJsonObject, mapMembers, objectIn, own } from "./json.ts";
import type { Json, JsonObject } from "./json.ts";
import { NAMED, checkReferences, encodeSegment, freeName, reachable } from "./references.ts";
import { withRecursiveAliases } from "./recursive-types.ts";
import { openedForType, tolerant } from "./tolerant.ts";
import {
  mapDocumentSchemas,
  mapSubschemas,
  objectsIn,
  referencesOf,
  schemasIn,
  unionMembers,
} from "./walk.ts";

/**
 * The types of a document, as openapi-typescript writes them. Answers are tolerant, requests are
 * what the contract says. All are read-only, since several callers may share one answer.
 * @throws ContractError when openapi-typescript refuses the contract
 */
export function typesOf({ source, root }: Document): string {
  return compact(declarations(source, splitByDirection(withoutFailures(root)), true));
}

/** A client gets what is in a success; of a failure it sees only which kind it is. */
function withoutFailures(root: JsonObject): JsonObject {
  const drop = (schema: Json): Json => schema;
  const read = mapDocumentSchemas(root, drop, (part, kind) => {
    if (!isJsonObject(part)) return part;
    if (kind === "response") return filterMembers(part, (name) => name !== "headers");
    return kind === "operation" ? { ...part, responses: successesOf(part) } : part;
  });
  const { responses, headers: _, ...components } = objectIn(read, "components");
  const used = referencesOf(objectsIn({ paths: read["paths"] ?? {} }));
  const isUsed = (name: string): boolean => used.has(`#/components/responses/${encodeSegment(name)}`);
  const kept = isJsonObject(responses) ? { responses: filterMembers(responses, isUsed) } : {};
  return { ...read, components: { ...components, ...kept } };
}

/** Members that say what a path or an operation does not have, for openapi-fetch. */
const ABSENT =
  /^\t{2,5}readonly (?:query|header|path|cookie|requestBody|content|get|put|post|delete|options|head|patch|trace)\?: never;\n/gm;

/**
 * The text with tabs, a quarter as long as four spaces, and without what says nothing: in contracts
 * of many small operations that is half of it.
 */
function compact(types: string): string {
  const indented = types.replaceAll(/^(?: {4})+/gm, (spaces) => "\t".repeat(spaces.length / 4));
  return indented
    .split(/(?=^export )/m)
    .map((declared) =>
      /^export interface (?:paths|operations) /.test(declared) ? declared.replaceAll(ABSENT, "") : declared,
    )
    .join("")
    .replaceAll(/^\t*\/\*\* @enum \{\w+(?:\|\w+)*\} \*\/\n|^\t* \* @enum \{\w+(?:\|\w+)*\}\n/gm, "")
    .replaceAll(/^\t+headers: \{\n\t+readonly \[name: string\]: unknown;\n\t+\};\n/gm, "")
    .replaceAll(/^\t+readonly parameters: \{\n\t+\};\n/gm, "");
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
 * Only the transformation of openapi-typescript. Its reading would follow each `$ref`, also those
 * in examples and extensions, to other files and hosts.
 */
function declarations(source: string, root: JsonObject, immutable: boolean): string {
  try {
    // A copy: the scan writes into the document.
    const schema = JSON.parse(JSON.stringify(root));
    const context: Partial<GlobalContext> = {
      immutable,
      defaultNonNullable: true,
      discriminators: scanDiscriminators(schema, { silent: true }),
      injectFooter: [],
      resolve: (reference) => resolveRef(schema, reference, { silent: true }),
    };
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- every other option is off, and `redoc` is only for its reading
    const declared = transformSchema(schema, context as GlobalContext);
    const types = astToString([...withRecursiveAliases(declared)]);
    return types.replace(WITH_REQUIRED, NULLABLE_WITH_REQUIRED);
  } catch (error) {
    throw new ContractError(`${source}: no types can be made from it (${String(error)})`, { cause: error });
  }
}

/** Its helper type, which does not compile for an object that may be null. */
const WITH_REQUIRED = /^type WithRequired<T, K extends keyof T> = T & \{\s+\[P in K\]-\?: T\[P\];\s+\};$/m;
const NULLABLE_WITH_REQUIRED =
  "type WithRequired<T, K extends PropertyKey> = T extends object ? T & { [P in K & keyof T]-?: T[P] } : T;";

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
