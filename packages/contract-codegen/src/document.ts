import { parse } from "yaml";
import { ContractError } from "./contract-error.ts";
import { isJsonArray, isJsonObject, own } from "./json.ts";
import type { Json, JsonObject } from "./json.ts";

/** Aliases that one YAML file may expand to: generous, since a contract is our own file; endless expansion still stops. */
const MAX_ALIASES = 100_000;

/** One OpenAPI file, parsed. */
export type Document = {
  /** The file's name, for messages and for the generated header. */
  readonly source: string;
  readonly root: JsonObject;
  /** 3.0 has a schema dialect of its own; 3.1 and later are JSON Schema 2020-12. */
  readonly dialect: "3.0" | "3.1";
};

/**
 * Parses the text of an OpenAPI 3.0 or 3.1 file, YAML or JSON.
 * @throws ContractError when it is not one
 */
export function parseDocument(source: string, text: string): Document {
  const root = parseJson(source, text);
  if (!isJsonObject(root)) throw new ContractError(`${source}: expected an OpenAPI document, got no object`);
  const version = own(root, "openapi");
  if (typeof version !== "string" || !/^3\.[01]\.\d+/.test(version)) {
    throw new ContractError(
      `${source}: expected openapi: 3.0.x or 3.1.x, got ${JSON.stringify(version)}; convert the file first`,
    );
  }
  return { source, root, dialect: version.startsWith("3.0") ? "3.0" : "3.1" };
}

/** By way of JSON, so that a YAML anchor that contains itself is an error here and not an endless walk later. */
function parseJson(source: string, text: string): Json {
  try {
    const value: unknown = text.trimStart().startsWith("{")
      ? JSON.parse(text)
      : parse(text, { maxAliasCount: MAX_ALIASES });
    return JSON.parse(JSON.stringify(value) ?? "null");
  } catch (error) {
    throw new ContractError(`${source}: it is neither YAML nor JSON (${String(error)})`, { cause: error });
  }
}

/**
 * What a local reference (`#/components/schemas/Order`, RFC 6901) points at.
 * @throws ContractError when it points outside the file or at nothing
 */
export function resolveReference(document: Document, reference: string): Json {
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
