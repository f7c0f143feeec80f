import {
  IsArray,
  IsBoolean,
  IsEnum,
  IsInteger,
  IsLiteral,
  IsNumber,
  IsOptional,
  IsString,
  IsTemplateLiteral,
  IsUnion,
} from "typebox";
import type { TObject, TSchema } from "typebox";
import { Format } from "typebox/format";
import { Compile } from "typebox/schema";
import { expectationOf } from "./expectation.ts";
import { invalidRequest } from "./failure.ts";

/** What a query says, by its parameters' names. */
export type QueryValues = Readonly<Record<string, unknown>>;

/** Reads one value; undefined if the text is no value of that kind. */
type TextReader = { readonly read: (text: string) => unknown; readonly expected: string };

/** A parameter's value from all of its texts; none if the query does not have it. */
type ParameterReader = (texts: readonly string[]) => unknown;

/** Names that every client, proxy and generator writes in the same way. */
const NAME = /^[A-Za-z][A-Za-z0-9_.-]{0,63}$/;

/** What every screen takes; see `deviceOf`. */
const OF_EVERY_SCREEN = "dpr";

/** An object's schema has these anyway. Any other would be lost in the contract's parameters. */
const OBJECT_KEYWORDS = new Set(["type", "properties", "required"]);

/**
 * Compiles the schema of a screen's query, once, at start-up. Parameters that it does not name are
 * ignored: other sites add some to links, and the gateway's route decides whether to let them in.
 *
 * The function reads a query, with its question mark or empty. It throws ScreenProblem, which names
 * the first parameter that is missing or wrong (never its value).
 * @throws TypeError if a parameter has no single text, or its default is not valid
 */
export function queryReader(schema: TObject | undefined, screen: string): (search: string) => QueryValues {
  const other = Object.keys(schema ?? {}).find((keyword) => !OBJECT_KEYWORDS.has(keyword));
  if (other !== undefined) throw new TypeError(`${screen}: a query's schema cannot have ${other}`);
  const parameters = Object.entries(schema?.properties ?? {}).map(([name, property]) => {
    const refuse = (why: string) => new TypeError(`${screen}: the query parameter ${name} ${why}`);
    if (!NAME.test(name)) throw refuse(`must match ${NAME.source}`);
    if (name === OF_EVERY_SCREEN) throw refuse("is one that every screen has");
    return { name, read: parameterReader(name, property, refuse) };
  });
  return (search) => {
    const given = new URLSearchParams(search);
    // Without a prototype, no parameter has the name of an inherited member.
    const values: Record<string, unknown> = Object.create(null);
    for (const { name, read } of parameters) {
      // Some clients write a list as `tag[]=a`, which would be ignored without a word.
      if (given.keys().some((key) => key.startsWith(`${name}[`))) {
        throw invalidRequest(`${name} must be written without brackets.`);
      }
      const texts = given.getAll(name);
      if (texts.some((text) => text.includes("\uFFFD")) && !isUtf8(search)) {
        throw invalidRequest(`${name} must be percent-encoded UTF-8.`);
      }
      const value = read(texts);
      if (value !== undefined) values[name] = value;
    }
    return values;
  };
}

function parameterReader(name: string, schema: TSchema, refuse: (why: string) => TypeError): ParameterReader {
  const isList = IsArray(schema);
  const item = isList ? schema.items : schema;
  const reader = textReader(item);
  if (reader === undefined) {
    throw refuse("must be a String, Number, Integer, Boolean, words, or an Array of one of them");
  }
  if ("format" in item && !Format.Has(String(item.format))) throw refuse("has a format that is not known");
  const validator = Compile(schema);
  const fallback = "default" in schema ? schema.default : undefined;
  if (fallback !== undefined && !validator.Check(fallback)) throw refuse("has a default that is not valid");
  const isOptional = IsOptional(schema);
  const one = (text: string): unknown => {
    const value = reader.read(text);
    if (value === undefined) throw invalidRequest(`${name} must be ${reader.expected}.`);
    return value;
  };
  return (texts) => {
    const [text] = texts;
    if (text === undefined) {
      // A copy, because requests must not share a list that one of them may change.
      if (fallback !== undefined) return Array.isArray(fallback) ? [...fallback] : fallback;
      if (isOptional) return undefined;
      throw invalidRequest(`${name} is missing in the query.`);
    }
    if (!isList && texts.length > 1) throw invalidRequest(`${name} may be in the query only once.`);
    const value = isList ? texts.map(one) : one(text);
    if (validator.Check(value)) return value;
    throw invalidRequest(`${name} ${expectationOf(validator.Errors(value)[1])}.`);
  };
}

const TEXT: TextReader = { read: (text) => text, expected: "text" };
const BOOLEAN: TextReader = {
  read: (text) => (text === "true" ? true : text === "false" ? false : undefined),
  expected: "true or false",
};
const NUMBER: TextReader = {
  read: numberFrom,
  expected: "a number in plain decimals, such as 10, and at most 2^53 - 1",
};

/** @returns undefined for a schema whose values have no text, or several */
function textReader(schema: TSchema): TextReader | undefined {
  if (IsInteger(schema) || IsNumber(schema)) return NUMBER;
  if (IsBoolean(schema)) return BOOLEAN;
  const isWords = IsUnion(schema)
    ? schema.anyOf.every(isWord)
    : IsEnum(schema) && schema.enum.every((word: unknown) => typeof word === "string");
  return isWords || IsString(schema) || IsTemplateLiteral(schema) || isWord(schema) ? TEXT : undefined;
}

function isWord(schema: TSchema): boolean {
  return IsLiteral(schema) && typeof schema.const === "string";
}

/** `Number` also reads `0x10`, `1e2`, ` 10` and "". The gateway refuses those as well. */
const DECIMAL = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;

/** A number beyond 2^53 - 1 was rounded: as an id it may name another thing. */
function numberFrom(text: string): number | undefined {
  const value = Number(text);
  if (!DECIMAL.test(text) || Math.abs(value) > Number.MAX_SAFE_INTEGER) return undefined;
  // -0 becomes 0.
  return value + 0;
}

function isUtf8(search: string): boolean {
  try {
    decodeURIComponent(search);
    return true;
  } catch {
    return false;
  }
}
