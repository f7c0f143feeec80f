import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { FindingCode } from "../finding.ts";
import { edited, SAMPLE } from "../testing/sample-contract.ts";
import type { Edit } from "../testing/sample-contract.ts";
import { compareOpenApi } from "./compare-openapi.ts";

const GET = ["paths", "/shop/home", "get"];
const POST = ["paths", "/shop/orders/{orderId}/cancel", "post"];
const SORT = [...GET, "parameters", "1"];
const KEY = [...POST, "parameters", "1"];
const HOME = [...GET, "responses", "200", "content", "application/json", "schema", "properties"];
const PROFILE = [...HOME, "profile", "properties"];
const BODY = [...POST, "requestBody", "content", "application/json", "schema", "properties"];
const NOTIFY = ["components", "schemas", "Notify"];
const ETAG = [...GET, "responses", "200", "headers", "ETag"];
const RETRY = { "Retry-After": { schema: { type: "integer" } } };
const SORTING = ["components", "schemas", "Sorting"];

type Seed = readonly [name: string, released: readonly Edit[], now: readonly Edit[]];

/** Changes of what the sample lacks: `released` adds it, `now` edits the result. */
const BREAKING: readonly (readonly [...Seed, code: FindingCode])[] = [
  [
    "a value may be null, as OpenAPI 3.0 writes it",
    [],
    [{ at: [...PROFILE, "name", "nullable"], to: true }],
    "null-added",
  ],
  [
    "null is refused, as OpenAPI 3.0 writes it",
    [{ at: [...BODY, "note", "nullable"], to: true }],
    [{ at: [...BODY, "note", "nullable"] }],
    "null-refused",
  ],
  [
    "another default behind a parameter's reference",
    [
      { at: SORTING, to: { type: "string", default: "newest" } },
      { at: [...SORT, "schema"], to: { $ref: "#/components/schemas/Sorting" } },
    ],
    [{ at: [...SORTING, "default"], to: "oldest" }],
    "default-changed",
  ],
  [
    "another default behind a field's reference, in a part",
    [
      { at: NOTIFY, to: { allOf: [{ type: "boolean" }, { default: true }] } },
      { at: [...BODY, "notify"], to: { $ref: "#/components/schemas/Notify" } },
    ],
    [{ at: [...NOTIFY, "allOf", "1", "default"], to: false }],
    "default-changed",
  ],
  [
    "an omitted field no longer has a default",
    [],
    [{ at: [...BODY, "notify", "default"] }],
    "default-changed",
  ],
  [
    "an omitted parameter no longer has a default",
    [],
    [{ at: [...SORT, "schema", "default"] }],
    "default-changed",
  ],
  [
    "a field is only sent to the BFF",
    [],
    [{ at: [...PROFILE, "nickname", "writeOnly"], to: true }],
    "field-removed",
  ],
  ["a field is only sent to clients", [], [{ at: [...BODY, "note", "readOnly"], to: true }], "field-removed"],
  ["no value is valid for a field", [], [{ at: [...PROFILE, "nickname"], to: false }], "field-removed"],
  ["a list in a query is written differently", [], [{ at: [...SORT, "explode"], to: false }], "not-weighed"],
  [
    "an integer must be one more",
    [{ at: [...BODY, "count"], to: { type: "integer", minimum: 1 } }],
    [{ at: [...BODY, "count"], to: { type: "integer", exclusiveMinimum: 1 } }],
    "limit-changed",
  ],
  [
    "one of two security schemes that are declared nowhere is gone",
    [{ at: ["security"], to: [{ session: [] }, { key: [] }] }],
    [{ at: ["security"], to: [{ session: [] }] }],
    "security-changed",
  ],
  [
    "another multiple",
    [{ at: [...BODY, "weight", "multipleOf"], to: 0.15 }],
    [{ at: [...BODY, "weight", "multipleOf"], to: 0.1 }],
    "limit-changed",
  ],
  [
    "listed numbers must be multiples",
    [{ at: [...BODY, "count"], to: { type: "integer", enum: [5, 10, 15] } }],
    [{ at: [...BODY, "count"], to: { type: "integer", multipleOf: 10 } }],
    "value-refused",
  ],
  [
    "a listed text is not of the new format",
    [{ at: [...BODY, "count"], to: { enum: ["2026-01-01", "today"] } }],
    [{ at: [...BODY, "count"], to: { type: "string", format: "date" } }],
    "value-refused",
  ],
  [
    "one of the listed values is excluded",
    [{ at: [...BODY, "count"], to: { enum: [5, 10] } }],
    [{ at: [...BODY, "count"], to: { type: "integer", not: { const: 5 } } }],
    "value-refused",
  ],
  [
    "the elements of listed lists are narrower",
    [{ at: [...BODY, "count"], to: { const: [1, 2, 30] } }],
    [{ at: [...BODY, "count"], to: { type: "array", items: { type: "integer", maximum: 10 } } }],
    "value-refused",
  ],
  [
    "a listed list holds an element twice",
    [{ at: [...BODY, "count"], to: { const: [1, 1] } }],
    [{ at: [...BODY, "count"], to: { type: "array", uniqueItems: true } }],
    "value-refused",
  ],
  [
    "a listed object lacks what is required, behind a reference",
    [{ at: [...BODY, "count"], to: { const: { amount: 5 } } }],
    [{ at: [...BODY, "count"], to: { $ref: "#/components/schemas/Money" } }],
    "value-refused",
  ],
  [
    "a listed object has a field that is refused",
    [{ at: [...BODY, "count"], to: { const: { a: 1, b: 2 } } }],
    [
      {
        at: [...BODY, "count"],
        to: { type: "object", properties: { a: {} }, additionalProperties: false },
      },
    ],
    "value-refused",
  ],
  [
    "listed values of an answer leave their limit",
    [{ at: [...PROFILE, "points"], to: { type: "integer", multipleOf: 10 } }],
    [{ at: [...PROFILE, "points"], to: { enum: [10, 15] } }],
    "value-unknown",
  ],
  [
    "a status that only `default` describes now, in another form",
    [
      {
        at: [...GET, "responses", "404"],
        to: { description: "Not there", content: { "application/json": {} } },
      },
    ],
    [{ at: [...GET, "responses", "404"] }],
    "media-type-removed",
  ],
  [
    "a status of its own where `default` described it, in another form",
    [{ at: [...GET, "responses", "404"] }],
    [{ at: [...GET, "responses", "404"], to: { description: "Not there" } }],
    "media-type-removed",
  ],
  [
    "a header is gone where a status now has a description of its own",
    [{ at: [...GET, "responses", "404"] }, { at: [...GET, "responses", "default", "headers"], to: RETRY }],
    [{ at: [...GET, "responses", "404"], to: { $ref: "#/components/responses/NotFound" } }],
    "header-removed",
  ],
  [
    "a `default` in another form replaces a released error",
    [{ at: [...GET, "responses", "default"] }],
    [
      { at: [...GET, "responses", "404"] },
      {
        at: [...GET, "responses", "default"],
        to: { description: "No", content: { "application/json": {} } },
      },
    ],
    "media-type-removed",
  ],
  [
    "a `default` beside the released errors",
    [{ at: [...GET, "responses", "default"] }],
    [{ at: [...GET, "responses", "default"], to: { $ref: "#/components/responses/NotFound" } }],
    "status-added",
  ],
  [
    "a map gains a member of another type",
    [{ at: [...BODY, "tags"], to: { type: "object", additionalProperties: { type: "string" } } }],
    [
      {
        at: [...BODY, "tags"],
        to: {
          type: "object",
          properties: { count: { type: "integer" } },
          additionalProperties: { type: "string" },
        },
      },
    ],
    "type-changed",
  ],
  [
    "a map, as TypeBox writes it, gains a member of another type",
    [{ at: [...BODY, "tags"], to: { type: "object", patternProperties: { "^.*$": { type: "string" } } } }],
    [{ at: [...BODY, "tags", "properties"], to: { count: { type: "integer" } } }],
    "type-changed",
  ],
  [
    "a header that is described by its content changes",
    [{ at: [...ETAG], to: { content: { "application/json": { schema: { type: "integer" } } } } }],
    [{ at: [...ETAG, "content", "application/json", "schema", "type"], to: "string" }],
    "type-changed",
  ],
  [
    "a header is described by its content instead of a schema",
    [],
    [{ at: [...ETAG], to: { required: true, content: { "text/plain": { schema: { type: "string" } } } } }],
    "not-weighed",
  ],
  [
    "text that a parameter no longer takes",
    [{ at: [...SORT, "schema"], to: { type: "string" } }],
    [{ at: [...SORT, "schema"], to: { type: "integer" } }],
    "type-changed",
  ],
  [
    "a number's text is longer than a parameter may be",
    [{ at: [...SORT, "schema"], to: { type: "integer" } }],
    [{ at: [...SORT, "schema"], to: { type: "string", maxLength: 3 } }],
    "limit-changed",
  ],
  [
    "a range of media types becomes one",
    [{ at: [...POST, "requestBody", "content"], to: { "application/*": {} } }],
    [{ at: [...POST, "requestBody", "content"], to: { "application/json": {} } }],
    "media-type-removed",
  ],
];

const HARMLESS: readonly Seed[] = [
  [
    "null, as OpenAPI 3.0 writes it",
    [],
    [{ at: [...PROFILE, "motto"], to: { type: "string", nullable: true } }],
  ],
  [
    "a value that is no longer null, as OpenAPI 3.0 writes it",
    [{ at: [...PROFILE, "name", "nullable"], to: true }],
    [{ at: [...PROFILE, "name", "nullable"], to: false }],
  ],
  ["null that is now accepted", [], [{ at: [...BODY, "note", "nullable"], to: true }]],
  [
    "a parameter that now declares its default style",
    [],
    [
      { at: [...SORT, "style"], to: "form" },
      { at: [...SORT, "explode"], to: true },
      { at: [...SORT, "allowReserved"], to: false },
      { at: [...KEY, "style"], to: "simple" },
      { at: [...KEY, "explode"], to: false },
    ],
  ],
  ["a default where there was none", [], [{ at: [...BODY, "note", "default"], to: "" }]],
  [
    "an integer's limit, written differently",
    [{ at: [...BODY, "count"], to: { type: "integer", minimum: 1, exclusiveMaximum: 10 } }],
    [{ at: [...BODY, "count"], to: { type: "integer", exclusiveMinimum: 0, maximum: 9 } }],
  ],
  [
    "a field that was never sent is no longer declared",
    [{ at: [...PROFILE, "secret"], to: { type: "string", writeOnly: true } }],
    [{ at: [...PROFILE, "secret"] }],
  ],
  ["a read-only field in an answer", [], [{ at: [...PROFILE, "name", "readOnly"], to: true }]],
  [
    "a finer multiple, which is not exact in binary",
    [{ at: [...BODY, "weight", "multipleOf"], to: 0.15 }],
    [{ at: [...BODY, "weight", "multipleOf"], to: 0.05 }],
  ],
  [
    "a parameter that may be any text",
    [{ at: [...SORT, "schema"], to: { type: "integer", minimum: 1 } }],
    [{ at: [...SORT, "schema"], to: { type: "string", minLength: 1 } }],
  ],
  [
    "a parameter's listed numbers, as text",
    [{ at: [...SORT, "schema"], to: { type: "array", items: { enum: [1, 2] } } }],
    [{ at: [...SORT, "schema"], to: { type: "array", items: { type: "string", enum: ["1", "2", "3"] } } }],
  ],
  [
    "any media type of a kind",
    [{ at: [...POST, "requestBody", "content"], to: { "application/json": {} } }],
    [{ at: [...POST, "requestBody", "content"], to: { "application/*": {} } }],
  ],
  [
    "an `Authorization` parameter, which OpenAPI ignores",
    [
      {
        at: [...KEY],
        to: { name: "Authorization", in: "header", required: true, schema: { type: "string" } },
      },
    ],
    [{ at: [...POST, "parameters", "1"] }],
  ],
  [
    "a class of successes becomes one of them",
    [{ at: [...GET, "responses", "2XX"], to: { description: "Done" } }, { at: [...GET, "responses", "200"] }],
    [{ at: [...GET, "responses", "200"], to: { description: "Done" } }, { at: [...GET, "responses", "2XX"] }],
  ],
  ["a problem that only `default` describes now", [], [{ at: [...GET, "responses", "404"] }]],
  [
    "a `default` that replaces a released error of the same form",
    [{ at: [...GET, "responses", "default"] }],
    [
      { at: [...GET, "responses", "404"] },
      { at: [...GET, "responses", "default"], to: { $ref: "#/components/responses/NotFound" } },
    ],
  ],
  [
    "listed values within a new limit",
    [{ at: [...BODY, "count"], to: { type: "integer", enum: [10, 20] } }],
    [{ at: [...BODY, "count"], to: { type: "integer", multipleOf: 10, not: { const: 15 } } }],
  ],
  [
    "listed texts of the new format",
    [{ at: [...BODY, "count"], to: { enum: ["2026-01-01", "2026-12-31"] } }],
    [{ at: [...BODY, "count"], to: { type: "string", format: "date" } }],
  ],
  [
    "a map in the other way of writing it",
    [{ at: [...BODY, "tags"], to: { type: "object", patternProperties: { "^.*$": { type: "string" } } } }],
    [{ at: [...BODY, "tags"], to: { type: "object", additionalProperties: { type: "string" } } }],
  ],
  [
    "a listed object with one more field in an answer",
    [
      {
        at: [...PROFILE, "extra"],
        to: { type: "object", properties: { a: { type: "integer" } }, additionalProperties: false },
      },
    ],
    [{ at: [...PROFILE, "extra"], to: { const: { a: 1, b: 2 } } }],
  ],
  ["an address without its trailing slash", [], [{ at: ["servers", "0", "url"], to: "" }]],
];

const compared = (released: readonly Edit[], now: readonly Edit[]) => {
  const before = edited(SAMPLE, released);
  return compareOpenApi(before, edited(before, now));
};

describe("a rare kind of change that breaks a released client", () => {
  for (const [name, released, now, code] of BREAKING) {
    it(name, () => {
      const found = compared(released, now);
      assert.ok(
        found.some((finding) => finding.code === code),
        JSON.stringify(found),
      );
    });
  }
});

describe("a rare kind of change that no client notices", () => {
  for (const [name, released, now] of HARMLESS) {
    it(name, () => assert.deepEqual(compared(released, now), []));
  }
});
