import { parse } from "yaml";

/** An OpenAPI document that cannot be used. */
export class ContractError extends Error {
  override readonly name = "ContractError";
  readonly code = "bad-contract";
}

export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Reads an OpenAPI 3.1 document (its schemas are JSON Schema 2020-12; those of 3.0 are not). @throws ContractError */
export function readDocument(text: string, name: string): JsonObject {
  let document: unknown;
  try {
    // JSON is YAML, but not as quickly read.
    document = text.trimStart().startsWith("{") ? JSON.parse(text) : parse(text);
  } catch (cause) {
    throw new ContractError(`${name} is neither JSON nor YAML`, { cause });
  }
  if (!isObject(document) || !isObject(document["paths"])) {
    throw new ContractError(`${name} is no OpenAPI document: it has no paths`);
  }
  const version = document["openapi"];
  if (typeof version !== "string" || !/^3\.1(?:\.|$)/.test(version)) {
    throw new ContractError(`${name} must be OpenAPI 3.1, but it says "${String(version)}"`);
  }
  return document;
}

/** A place in a document: what stands there, and where that is written out. */
export interface Place {
  readonly value: unknown;
  /** A JSON pointer as a URI fragment, `#/components/parameters/Limit`. */
  readonly pointer: string;
}

/** References may lead to references, but not for ever. */
const MOST_HOPS = 16;

/**
 * What stands at a pointer, following local references (`{"$ref": "#/…"}`) to where it is written out.
 * @throws ContractError where one leads nowhere, in circles or out of the document
 */
export function placeAt(document: JsonObject, pointer: string): Place {
  let current = pointer;
  for (let hops = 0; hops < MOST_HOPS; hops += 1) {
    const value = lookUp(document, current);
    if (!isObject(value) || typeof value["$ref"] !== "string") return { value, pointer: current };
    current = value["$ref"];
  }
  throw new ContractError(`the reference ${pointer} leads in circles`);
}

function lookUp(document: JsonObject, reference: string): unknown {
  if (!reference.startsWith("#/")) {
    throw new ContractError(`the reference ${reference} leaves the document: bundle it`);
  }
  let current: unknown = document;
  for (const segment of reference.slice(2).split("/")) {
    const key = decodeURIComponent(segment).replaceAll("~1", "/").replaceAll("~0", "~");
    if (Array.isArray(current)) current = current[Number(key)];
    else current = isObject(current) && Object.hasOwn(current, key) ? current[key] : undefined;
    if (current === undefined) throw new ContractError(`the reference ${reference} leads nowhere`);
  }
  return current;
}

/** One segment of a JSON pointer in a URI fragment. */
export function pointerSegment(key: string): string {
  return encodeURIComponent(key.replaceAll("~", "~0").replaceAll("/", "~1"));
}
