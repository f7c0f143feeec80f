import { existsSync, readFileSync } from "node:fs";
import { Type } from "typebox";
import type { TSchema } from "typebox";
import { versionParts } from "../definition/app-version.ts";
import type { AppVersion } from "../definition/app-version.ts";
import type { AnyScreen } from "../definition/screen.ts";
import { Degraded } from "../definition/degraded.ts";
import { SectionBrokenError } from "../run/failure.ts";
import { whitelist } from "../run/whitelist.ts";
import { checkSchemaExamples } from "./schema-examples.ts";

/** A JSON value of a document. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;

/** A JSON object of a document. */
export type JsonObject = { readonly [name: string]: Json };

/**
 * A schema as plain JSON Schema (2020-12), the dialect of OpenAPI 3.1. A union of string constants
 * becomes an `enum`, which generators of clients support better.
 *
 * @param owner whose schema it is, for the message
 * @throws TypeError if an example in it does not fit it
 */
export function jsonSchema(schema: TSchema, owner: string): Json {
  checkSchemaExamples(schema, owner);
  const plain: Json = JSON.parse(JSON.stringify(schema));
  return withEnums(plain);
}

function withEnums(value: Json): Json {
  if (isList(value)) return value.map(withEnums);
  if (typeof value !== "object" || value === null) return value;
  const words = wordsOf(value["anyOf"]);
  if (words !== undefined) {
    const { anyOf: _, ...rest } = value;
    return { type: "string", enum: words, ...rest };
  }
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withEnums(member)]));
}

/** The constants, if every member of the union is a string constant. */
function wordsOf(union: Json | undefined): readonly string[] | undefined {
  if (union === undefined || !isList(union)) return undefined;
  const words = union.map((member) => (isObject(member) ? member["const"] : undefined));
  const allWords = words.every((word) => typeof word === "string");
  return allWords ? words : undefined;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function isObject(value: Json): value is JsonObject {
  return typeof value === "object" && value !== null && !isList(value);
}

/**
 * The JSON that a screen answers to an app of that version: a member per section, and `degraded`.
 */
export function answerSchema<Clients>(screen: AnyScreen<Clients>, version: AppVersion): JsonObject {
  const sections = Object.entries(screen.sections);
  const optional = sections.filter(([, { kind }]) => kind === "optional").map(([name]) => name);
  const schemas = Object.entries(schemasOf(screen, version)).map(
    ([name, schema]) => [name, jsonSchema(schema, `section ${name} of the screen ${screen.name}`)] as const,
  );
  return {
    type: "object",
    required: [...sections.map(([name]) => name), "degraded"],
    properties: {
      ...Object.fromEntries(schemas),
      degraded: {
        type: "array",
        description: degradedText(optional),
        items: { $ref: "#/components/schemas/Degraded" },
      },
    },
  };
}

function degradedText(optional: readonly string[]): string {
  const all = "Sections that are not what they should be, because a service failed.";
  return optional.length === 0 ? all : `${all} Empty may be: ${optional.join(", ")}.`;
}

/** Answers from a real run, by the operation's id: the file `contracts/examples.json` of an app. */
export type Examples = Readonly<Record<string, Json>>;

/**
 * Reads an app's examples.
 * @returns nothing if there is no such file: a new app has no run yet
 * @throws TypeError if the file holds no JSON object
 */
export function readExamples(file: string): Examples {
  if (!existsSync(file)) return {};
  const parsed: unknown = JSON.parse(readFileSync(file, "utf8"));
  if (typeof parsed !== "object" || parsed === null) throw new TypeError(`${file} must hold an object`);
  return Object.fromEntries(Object.entries(parsed));
}

/**
 * The `examples` of a screen's answer to an app of that version. As in the answer itself, only what
 * the schema names is in it. An example that no longer matches is left out, because a wrong example
 * is worse than none; the next run replaces it.
 */
export function exampleOf<Clients>(
  screen: AnyScreen<Clients>,
  version: AppVersion,
  example: Json | undefined,
): JsonObject {
  if (example === undefined) return {};
  const answer = Type.Object({ ...schemasOf(screen, version), degraded: Type.Array(Degraded) });
  try {
    const value: Json = JSON.parse(JSON.stringify(whitelist(answer)(example)));
    return { examples: { sample: { summary: "From a run on the sample data", value } } };
  } catch (error) {
    if (!(error instanceof SectionBrokenError)) throw error;
    return {};
  }
}

/** Each section's schema, as an app of that version knows it. */
function schemasOf<Clients>({ sections }: AnyScreen<Clients>, version: AppVersion): Record<string, TSchema> {
  const app = versionParts(version, "the document's version");
  return Object.fromEntries(
    Object.entries(sections).map(([name, { schema, changes }]) => [
      name,
      changes?.shapeFor(app)?.schema ?? schema,
    ]),
  );
}
