import formats from "ajv-formats";
import { Ajv2020 } from "ajv/dist/2020.js";
import type { ErrorObject } from "ajv/dist/2020.js";
import { parse } from "yaml";

/** An OpenAPI document cannot be used; the message says why. */
export class ContractError extends Error {
  override readonly name = "ContractError";
  readonly code = "bad-contract";
}

/** A JSON object whose members are not known. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether a value is a JSON object; arrays and null are not. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether a value is a list of texts. */
export function isTextList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === "string");
}

/**
 * Whether a number of parsed JSON may be another than was written: parsers round beyond 2^53 - 1,
 * and make `Infinity` of `1e400`, which JSON then writes as null.
 */
export function mayBeRounded(value: unknown): boolean {
  return value === Infinity || value === -Infinity || (Number.isInteger(value) && !Number.isSafeInteger(value));
}

/** The end of a document in YAML 1.2, section 9.1.2, on a line of its own. */
const YAML_END = "\n...";

/**
 * Parses an OpenAPI 3.1 document, whose schemas are JSON Schema 2020-12. Those of 3.0 are another
 * dialect, so 3.0 is refused. Most beginnings of a YAML document are YAML too, so it must say where
 * it ends: a file that was written by half would let through what the rest forbids.
 *
 * @throws ContractError
 */
export function readDocument(text: string, name: string): JsonObject {
  // JSON is YAML too, but JSON.parse is much faster.
  const isJson = text.trimStart().startsWith("{");
  let document: unknown;
  try {
    document = isJson ? JSON.parse(text) : parse(text);
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
  if (!isJson && !text.trimEnd().endsWith(YAML_END)) {
    throw new ContractError(`${name} has no end: the last line of a YAML contract must be "..."`);
  }
  return document;
}

/** A value in a document and the place where it is written out. */
export interface Place {
  readonly value: unknown;
  /** A JSON pointer as a URI fragment, `#/components/parameters/Limit`. */
  readonly pointer: string;
}

/** Bounds chains of references, which may be circular. */
const MOST_HOPS = 16;

/**
 * Finds the value at a pointer and follows local references (`{"$ref": "#/…"}`).
 * @throws ContractError when a reference leads nowhere, in circles or out of the document
 */
export function placeAt(document: JsonObject, pointer: string): Place {
  let current = pointer;
  for (let hops = 0; hops < MOST_HOPS; hops += 1) {
    const value = valueAt(document, current);
    if (!isObject(value) || typeof value["$ref"] !== "string") return { value, pointer: current };
    current = value["$ref"];
  }
  throw new ContractError(`the reference ${pointer} leads in circles`);
}

/**
 * Finds the value at a pointer, which may be a reference itself.
 * @throws ContractError when the pointer leads nowhere or out of the document
 */
export function valueAt(document: JsonObject, reference: string): unknown {
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

/** Encodes a key as one segment of a JSON pointer in a URI fragment. */
export function pointerSegment(key: string): string {
  return encodeURIComponent(key.replaceAll("~", "~0").replaceAll("/", "~1"));
}

/**
 * Says where a value is wrong and what would be right; undefined when it is valid. It never quotes
 * the value, which may be personal data.
 */
export type Check = (value: unknown) => string | undefined;

/** What a parameter says: its texts as they are forwarded, or what is wrong with it. */
export type ReadText = (given: string | string[]) => { readonly texts: string[] } | { readonly wrong: string };

/** Compiles the schemas of one document by their pointers (`#/components/schemas/Order`). */
export interface Schemas {
  /**
   * For values that arrive as text: `12` is a valid integer.
   * @throws ContractError
   */
  text(pointer: string): ReadText;
  /**
   * For JSON, where only a number is a number.
   * @throws ContractError
   */
  json(pointer: string): Check;
}

/** ajv gets the whole document as one schema, so that references inside it resolve. */
const DOCUMENT = "contract";

/** Creates the compiler of a document's schemas. */
export function createSchemas(document: JsonObject): Schemas {
  const [text, json] = [createAjv(document, true), createAjv(document, false)];
  return {
    text: (pointer) => {
      // ajv coerces only members of an object, so the text is wrapped in one.
      const check = compile(text, pointer, (ref) => ({ type: "object", properties: { value: ref } }));
      return (given) => {
        // A copy, because ajv replaces the items of a list too.
        const holder: { value: unknown } = { value: Array.isArray(given) ? [...given] : given };
        const wrong = check(holder)?.replace(/^\/value\/?/, "").trimStart();
        if (wrong !== undefined) return { wrong };
        const read: unknown[] = Array.isArray(holder.value) ? holder.value : [holder.value];
        const texts = [given].flat().map((written, index) => spelling(written, read[index]));
        return texts.every((written) => written !== undefined) ? { texts } : { wrong: "must be written plainly, such as 10" };
      };
    },
    json: (pointer) => compile(json, pointer, (ref) => ref),
  };
}

/**
 * ajv also reads `0x10`, `1e2` and a number between line ends, which other programs read otherwise.
 */
const DECIMAL = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;

/**
 * The one text of a value that was read from a text; undefined when the text had another spelling.
 */
function spelling(written: string, value: unknown): string | undefined {
  if (typeof value !== "number") return String(value) === written ? written : undefined;
  const text = String(value);
  const isExact = !Number.isInteger(value) || Number.isSafeInteger(value);
  return isExact && DECIMAL.test(written) && DECIMAL.test(text) ? text : undefined;
}

function createAjv(document: JsonObject, coerceTypes: boolean): Ajv2020 {
  const ajv = new Ajv2020({
    coerceTypes,
    // OpenAPI allows keywords that ajv does not know, among them all that start with `x-`.
    strict: false,
    logger: false,
  });
  formats.default(ajv);
  const { $id: _id, $schema: _schema, ...rest } = document;
  // The document only holds schemas; it is not one itself, so it is not validated as one.
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

/** A longer list of allowed values is not readable in a message. */
const MOST_VALUES = 12;
/** Member names that are safe to repeat in a message; any other name may hold anything. */
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
