import openapiTS, { astToString } from "openapi-typescript";
import { ContractError, parseDocument } from "./document.ts";
import type { Contract, Document } from "./document.ts";
import { isJsonArray, isJsonObject, mapMembers, objectIn, own } from "./json.ts";
import type { Json, JsonObject } from "./json.ts";
import { NAMED, checkReferences, freeName, reachable } from "./references.ts";
import { openedForType, tolerant } from "./tolerant.ts";
import { mapDocumentSchemas, referencesIn, unionMembers } from "./walk.ts";

/**
 * The types of a document, as openapi-typescript writes them. Answers are tolerant, requests are
 * what the contract says. All are read-only, since several callers may share one answer.
 * @throws ContractError when openapi-typescript refuses the contract
 */
export function typesOf({ source, root }: Document): Promise<string> {
  return declarations(source, splitByDirection(root), true);
}

/**
 * The declarations (`.d.ts`) of a contract for those who call it: `paths`, `operations` and
 * `components`, as openapi-fetch takes them. The same contract always gives the same text.
 * @param command what to run to regenerate the file; its header names it
 * @throws ContractError when the contract is not valid, or refers to something it does not contain
 */
export async function clientTypes(contract: Contract, command: string): Promise<string> {
  const document = parseDocument(contract);
  checkReferences(document);
  // Not read-only: openapi-fetch does not accept a read-only array where an array is declared.
  const types = await declarations(contract.source, document.root, false);
  return `// Generated from ${contract.source}; to regenerate: ${command}\n\n${types}`;
}

async function declarations(source: string, root: JsonObject, immutable: boolean): Promise<string> {
  try {
    return astToString(await openapiTS(JSON.stringify(root), { immutable, silent: true }));
  } catch (error) {
    throw new ContractError(`${source}: no types can be made from it (${String(error)})`, { cause: error });
  }
}

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
  return [...referencesIn(value)].flatMap((reference) => nameOf(reference) ?? []);
}

function nameOf(reference: string): string | undefined {
  return reference.startsWith(NAMED) ? reference.slice(NAMED.length).split("/")[0] : undefined;
}

/** Renames in every text that is a reference: also in a discriminator's `mapping`. */
function renameReferences(value: Json, names: ReadonlyMap<string, string>): Json {
  if (isJsonArray(value)) return value.map((item) => renameReferences(item, names));
  if (isJsonObject(value)) return mapMembers(value, (member) => renameReferences(member, names));
  if (typeof value !== "string") return value;
  const name = nameOf(value) ?? "";
  const renamed = names.get(name);
  return renamed === undefined ? value : `${NAMED}${renamed}${value.slice(NAMED.length + name.length)}`;
}
