import { existsSync, readFileSync } from "node:fs";
import { Compile } from "typebox/schema";
import { Degraded } from "../definition/degraded.ts";
import { jsonSchema } from "./json-schema.ts";
import type { Json, JsonObject } from "./json-schema.ts";

/** Answers from a real run, by the operation's id: the file `contracts/examples.json` of an app. */
export type Examples = Readonly<Record<string, Json>>;

/** @returns nothing where the app has no such file: a new screen has no run yet */
export function readExamples(file: string): Examples {
  if (!existsSync(file)) return {};
  const parsed: unknown = JSON.parse(readFileSync(file, "utf8"));
  if (typeof parsed !== "object" || parsed === null) throw new TypeError(`${file} must hold an object`);
  return Object.fromEntries(Object.entries(parsed));
}

/**
 * The example of an answer, as a document says it. One that the answer has outgrown is left out, as an example that lies is
 * worse than none: it is taken anew with the next run.
 */
export function exampleOf(example: Json | undefined, answer: JsonObject): JsonObject {
  if (example === undefined) return {};
  const definitions = { components: { schemas: { Degraded: jsonSchema(Degraded) } } };
  if (!Compile({ ...answer, ...definitions }).Check(example)) return {};
  return { examples: { sample: { summary: "From a run on the sample data", value: example } } };
}
