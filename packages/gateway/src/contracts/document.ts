import formats from "ajv-formats";
import { Ajv2020 } from "ajv/dist/2020.js";
import type { ErrorObject } from "ajv/dist/2020.js";
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

/** Tells where and what is wrong and what would be right, never the value, which may be personal; undefined where all is well. */
export type Check = (value: unknown) => string | undefined;

/** The schemas of one document, by their pointers (`#/components/schemas/Order`). */
export interface Schemas {
  /** For values that come as text: a number is one that its text reads as. @throws ContractError */
  text(pointer: string): Check;
  /** For JSON, in which a number is a number. @throws ContractError */
  json(pointer: string): Check;
}

/** The whole document is one schema to ajv, so that its references lead where they were meant to. */
const DOCUMENT = "contract";

export function createSchemas(document: JsonObject): Schemas {
  const [text, json] = [createAjv(document, true), createAjv(document, false)];
  return {
    text: (pointer) => {
      // Coercion replaces a member of an object: text alone has no place to be replaced in.
      const check = compile(text, pointer, (ref) => ({ type: "object", properties: { value: ref } }));
      return (value) => check({ value })?.replace(/^\/value\/?/, "").trimStart();
    },
    json: (pointer) => compile(json, pointer, (ref) => ref),
  };
}

function createAjv(document: JsonObject, coerceTypes: boolean): Ajv2020 {
  const ajv = new Ajv2020({
    coerceTypes,
    // OpenAPI has words of its own in schemas, and anybody's `x-` words: what ajv does not know says nothing.
    strict: false,
    logger: false,
  });
  formats.default(ajv);
  const { $id: _id, $schema: _schema, ...rest } = document;
  // It is only a place for schemas: its own words are not to be judged as a schema's.
  ajv.addSchema({ $id: DOCUMENT, ...rest }, DOCUMENT, undefined, false);
  return ajv;
}

function compile(ajv: Ajv2020, pointer: string, wrap: (ref: { $ref: string }) => JsonObject): Check {
  try {
    const validate = ajv.compile(wrap({ $ref: `${DOCUMENT}${pointer}` }));
    return (value) => (validate(value) ? undefined : describe(validate.errors?.[0]));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ContractError(`the schema ${pointer} cannot be compiled: ${why}`, { cause });
  }
}

function describe(error: ErrorObject | undefined): string {
  if (error === undefined) return "is not valid";
  const where = error.instancePath;
  const what = messageOf(error);
  return where === "" ? what : `${where} ${what}`;
}

/** More are a list that nobody reads. */
const MOST_VALUES = 12;
/** A member's name that is fit to be said again; anything else may be anything. */
const PLAIN_NAME = /^[\w.-]{1,64}$/;

function messageOf({ keyword, params, message = "is not valid" }: ErrorObject): string {
  const said: Record<string, unknown> = params;
  if (keyword === "additionalProperties") {
    const name = said["additionalProperty"];
    const named = typeof name === "string" && PLAIN_NAME.test(name);
    return named
      ? `has the member "${name}", which is not in the contract`
      : "has a member that is not in the contract";
  }
  if (keyword === "enum") {
    const values: unknown[] = Array.isArray(said["allowedValues"]) ? said["allowedValues"] : [];
    const isList = values.length > 0 && values.length <= MOST_VALUES;
    return isList
      ? `must be one of ${values.map((value) => JSON.stringify(value)).join(", ")}`
      : "must be one of the values in the contract";
  }
  if (keyword === "const") return `must be ${JSON.stringify(said["allowedValue"])}`;
  return message;
}
