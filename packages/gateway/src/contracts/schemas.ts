import { Ajv2020 } from "ajv/dist/2020.js";
import type { ErrorObject } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { ContractError } from "./document.ts";
import type { JsonObject } from "./document.ts";

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
