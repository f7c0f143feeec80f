import { ContractError } from "./contract-error.ts";
import type { Document } from "./document.ts";
import { isJsonArray, isJsonObject, own } from "./json.ts";
import type { Json } from "./json.ts";

/** Members whose value is data, in which a member named `$ref` refers to nothing. */
const DATA = new Set(["example", "examples", "default", "enum", "const"]);

/** Members whose own members are named freely, so that one named `default` is no data. */
const FREELY_NAMED = new Set([
  "properties",
  "patternProperties",
  "dependentSchemas",
  "schemas",
  "responses",
  "parameters",
  "headers",
]);

/**
 * Looks at every reference once, so that whoever follows one later finds something.
 * @throws ContractError when one points outside the file, at nothing, or by way of others at itself
 */
export function checkReferences(document: Document): void {
  for (const reference of referencesIn(document.root)) dereference(document, { $ref: reference });
}

/** Every reference in the value, each once. */
export function referencesIn(value: Json): ReadonlySet<string> {
  const found = new Set<string>();
  const walk = (inner: Json, parent: string): void => {
    if (isJsonArray(inner)) for (const item of inner) walk(item, "");
    if (!isJsonObject(inner)) return;
    for (const [key, member] of Object.entries(inner)) {
      if (key === "$ref" && typeof member === "string") found.add(member);
      else if (!DATA.has(key) || FREELY_NAMED.has(parent)) walk(member, key);
    }
  };
  walk(value, "");
  return found;
}

/**
 * What a local reference (`#/components/schemas/Order`, RFC 6901) points at.
 * @throws ContractError when it points outside the file or at nothing
 */
export function resolveReference(document: Document, reference: string): Json {
  if (/^#[^/]/.test(reference)) return anchored(document, reference);
  if (reference !== "#" && !reference.startsWith("#/")) {
    throw new ContractError(
      `${document.source}: expected a reference into this file (#/…), got ${JSON.stringify(reference)}; bundle the contract into one file`,
    );
  }
  let value: Json | undefined = document.root;
  for (const segment of reference.split("/").slice(1)) {
    const name = decodeSegment(segment);
    if (isJsonArray(value)) value = value[Number(name)];
    else value = isJsonObject(value) ? own(value, name) : undefined;
  }
  if (value === undefined) {
    throw new ContractError(`${document.source}: ${JSON.stringify(reference)} points at nothing`);
  }
  return value;
}

/** What has that `$anchor` (JSON Schema 2020-12, section 8.2.2 of its core). */
function anchored({ source, root }: Document, reference: string): Json {
  const waiting: Json[] = [root];
  for (const value of waiting) {
    if (isJsonObject(value) && own(value, "$anchor") === reference.slice(1)) return value;
    if (isJsonObject(value) || isJsonArray(value)) waiting.push(...Object.values(value));
  }
  throw new ContractError(
    `${source}: ${JSON.stringify(reference)} points at nothing: no schema has that $anchor`,
  );
}

/**
 * Follows references until something else than a reference comes.
 * @throws ContractError when they run in a circle
 */
export function dereference(document: Document, value: Json): Json {
  const seen = new Set<string>();
  let current = value;
  while (isJsonObject(current)) {
    const reference = own(current, "$ref");
    if (typeof reference !== "string") break;
    if (seen.has(reference)) {
      throw new ContractError(`${document.source}: ${JSON.stringify(reference)} refers to itself`);
    }
    seen.add(reference);
    current = resolveReference(document, reference);
  }
  return current;
}

export function encodeSegment(name: string): string {
  return name.replaceAll("~", "~0").replaceAll("/", "~1");
}

function decodeSegment(segment: string): string {
  let text = segment;
  try {
    // A pointer in a URI fragment is percent-encoded (RFC 6901, section 6).
    text = decodeURIComponent(segment);
  } catch {
    // Not encoded, and holds a bare percent sign: it stands for itself.
  }
  return text.replaceAll("~1", "/").replaceAll("~0", "~");
}
