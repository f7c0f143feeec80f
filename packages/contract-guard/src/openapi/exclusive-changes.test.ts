import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Json } from "../json.ts";
import { compareOpenApi } from "./compare-openapi.ts";

const DONE: Json = { 200: { description: "Done" } };

/** A contract whose one operation takes a body of this schema. */
function taking(schema: Json) {
  const requestBody: Json = { required: true, content: { "application/json": { schema } } };
  return documentOf({ requestBody, responses: DONE });
}

/** A contract whose one operation answers with this schema. */
function answering(schema: Json) {
  const content: Json = { "application/json": { schema } };
  return documentOf({ responses: { 200: { description: "Done", content } } });
}

/** A contract whose one operation takes a query parameter. */
function asking(parameter: { readonly [name: string]: Json }) {
  return documentOf({ parameters: [{ name: "filter", in: "query", ...parameter }], responses: DONE });
}

function documentOf(post: Json) {
  return { openapi: "3.1.0", paths: { "/carts": { post } } };
}

const INTEGER: Json = { type: "integer" };
const NUMBER: Json = { type: "number" };
const TEXT: Json = { type: "string" };
const gift = (kind: string): Json => ({
  type: "object",
  required: ["kind"],
  properties: { kind: { const: kind }, note: TEXT },
});
const only = (field: string): Json => ({
  type: "object",
  required: [field],
  properties: { [field]: TEXT },
  additionalProperties: false,
});
const WITH_ID: Json = { type: "object", required: ["id"], properties: { id: TEXT } };
const inJson = (schema: Json) => asking({ content: { "application/json": { schema } } });

type Change = readonly [name: string, released: object, now: object];
const documents = ([name, released, now]: Change) => [name, Object(released), Object(now)] as const;

const BREAKING: readonly Change[] = [
  [
    "a value may fit only one of the branches now",
    taking({ anyOf: [INTEGER, NUMBER] }),
    taking({ oneOf: [INTEGER, NUMBER] }),
  ],
  [
    "another branch takes values that one branch takes",
    taking({ oneOf: [WITH_ID] }),
    taking({ oneOf: [WITH_ID, { type: "object" }] }),
  ],
  ["a listed value fits two branches", taking({ enum: [1, 2.5] }), taking({ oneOf: [INTEGER, NUMBER] })],
  ["a branch is gone", taking({ oneOf: [INTEGER, TEXT] }), taking({ oneOf: [TEXT] })],
  ["a branch is new in an answer", answering({ oneOf: [TEXT] }), answering({ oneOf: [TEXT, INTEGER] })],
  [
    "a listed value is excluded by the first of two exclusions",
    taking({ enum: ["a", "c"] }),
    taking({ type: "string", allOf: [{ not: { const: "a" } }, { not: { const: "b" } }] }),
  ],
  ["a parameter's JSON is narrower", inJson(NUMBER), inJson(INTEGER)],
  ["a parameter is JSON now", asking({ schema: TEXT }), inJson(TEXT)],
];

const HARMLESS: readonly Change[] = [
  [
    "branches without values in common, by type",
    taking({ anyOf: [INTEGER, TEXT] }),
    taking({ oneOf: [INTEGER, TEXT] }),
  ],
  [
    "another branch with a kind of its own",
    taking({ oneOf: [gift("card"), gift("wrap")] }),
    taking({ oneOf: [gift("card"), gift("wrap"), gift("note")] }),
  ],
  [
    "another branch that refuses the others' fields",
    taking({ oneOf: [only("a")] }),
    taking({ oneOf: [only("a"), only("b")] }),
  ],
  [
    "a branch beside those that overlap as before",
    taking({ oneOf: [INTEGER, NUMBER] }),
    taking({ oneOf: [INTEGER, NUMBER, TEXT] }),
  ],
  [
    "a value may fit several branches",
    taking({ oneOf: [INTEGER, NUMBER] }),
    taking({ anyOf: [INTEGER, NUMBER] }),
  ],
  [
    "a branch that overlaps is gone from an answer",
    answering({ oneOf: [INTEGER, NUMBER] }),
    answering({ oneOf: [NUMBER] }),
  ],
  [
    "listed values that neither of two exclusions names",
    taking({ enum: ["c", "d"] }),
    taking({ type: "string", allOf: [{ not: { const: "a" } }, { not: { const: "b" } }] }),
  ],
  ["a parameter's JSON is wider", inJson(INTEGER), inJson(NUMBER)],
];

describe("a change of what excludes values breaks a released client:", () => {
  for (const [name, released, now] of BREAKING.map(documents))
    it(name, () => assert.notDeepEqual(compareOpenApi(released, now), []));
});

describe("a change of what excludes values that no client notices:", () => {
  for (const [name, released, now] of HARMLESS.map(documents))
    it(name, () => assert.deepEqual(compareOpenApi(released, now), []));
});
