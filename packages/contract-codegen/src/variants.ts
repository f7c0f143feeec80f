import { openedForType } from "./enums.ts";
import { mapDocumentSchemas } from "./document-schemas.ts";
import { isJsonArray, isJsonObject, mapMembers, objectIn, own } from "./json.ts";
import type { Json, JsonObject } from "./json.ts";
import { referencesIn } from "./references.ts";
import { tolerant } from "./tolerant.ts";
import { unionMembers } from "./union-members.ts";

const NAMED = "#/components/schemas/";

/**
 * The document that the types are made from: answers are read tolerantly, requests are what the contract says. A named schema
 * that travels both ways, and is not the same both ways, gets a second name for its way out: `Address` and `AddressRequest`.
 */
export function splitByDirection(root: JsonObject): JsonObject {
  const schemas = objectIn(objectIn(root, "components"), "schemas");
  const answers = reachable(root, schemas, "answer");
  const requests = reachable(root, schemas, "request");
  const members = unionMembers(root);
  const renamed = new Map<string, string>();
  for (const name of Object.keys(schemas)) {
    if (answers.has(name) && requests.has(name) && differs(name, schemas)) {
      renamed.set(name, freeName(`${name}Request`, schemas));
    }
  }
  const asRequest = (schema: Json): Json => renameReferences(schema, renamed);
  const split = mapDocumentSchemas(root, (schema, direction, name) => {
    if (direction === "request") return asRequest(schema);
    if (direction === "named" && requests.has(name) && !answers.has(name)) return asRequest(schema);
    return tolerant(schema, openedForType, direction === "named" && members.has(`${NAMED}${name}`));
  });
  if (renamed.size === 0) return split;
  const components = objectIn(split, "components");
  const copies = Object.fromEntries(
    [...renamed].map(([name, copy]) => [copy, asRequest(own(schemas, name) ?? {})]),
  );
  return {
    ...split,
    components: { ...components, schemas: { ...objectIn(components, "schemas"), ...copies } },
  };
}

/** The named schemas that the schemas of one direction use, directly or not. */
function reachable(root: JsonObject, schemas: JsonObject, wanted: "answer" | "request"): Set<string> {
  const found = new Set<string>();
  const take = (value: Json): void => {
    for (const name of namesIn(value)) found.add(name);
  };
  mapDocumentSchemas(root, (schema, direction) => {
    if (direction === wanted) take(schema);
    return schema;
  });
  // A Set's iteration reaches what is added while it lasts.
  for (const name of found) take(own(schemas, name) ?? {});
  return found;
}

/** Whether reading it tolerantly changes the schema of that name, or one that it uses. */
function differs(start: string, schemas: JsonObject): boolean {
  const seen = new Set([start]);
  for (const name of seen) {
    const schema = own(schemas, name) ?? {};
    if (JSON.stringify(tolerant(schema, openedForType)) !== JSON.stringify(schema)) return true;
    for (const used of namesIn(schema)) seen.add(used);
  }
  return false;
}

function namesIn(value: Json): readonly string[] {
  return [...referencesIn(value)].flatMap((reference) => nameOf(reference) ?? []);
}

/** Wherever the reference stands, a discriminator's `mapping` too. */
function renameReferences(value: Json, names: ReadonlyMap<string, string>): Json {
  if (isJsonArray(value)) return value.map((item) => renameReferences(item, names));
  if (isJsonObject(value)) return mapMembers(value, (member) => renameReferences(member, names));
  const name = typeof value === "string" ? nameOf(value) : undefined;
  const renamed = name === undefined ? undefined : names.get(name);
  return name === undefined || renamed === undefined || typeof value !== "string"
    ? value
    : `${NAMED}${renamed}${value.slice(NAMED.length + name.length)}`;
}

function nameOf(reference: string): string | undefined {
  return reference.startsWith(NAMED) ? reference.slice(NAMED.length).split("/")[0] : undefined;
}

function freeName(wanted: string, taken: JsonObject): string {
  let name = wanted;
  for (let count = 2; Object.hasOwn(taken, name); count += 1) name = `${wanted}${count}`;
  return name;
}
