import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { FindingCode } from "../finding.ts";
import { edited, SAMPLE } from "../testing/sample-contract.ts";
import type { Edit } from "../testing/sample-contract.ts";
import { compareOpenApi } from "./compare-openapi.ts";

const GET = "/paths/~1shop~1home/get";
const POST = "/paths/~1shop~1orders~1{orderId}~1cancel/post";
const SORT = `${GET}/parameters/1`;
const KEY = `${POST}/parameters/1`;
const HOME = `${GET}/responses/200/content/application~1json/schema/properties`;
const PROFILE = `${HOME}/profile/properties`;
const BODY = `${POST}/requestBody/content/application~1json/schema/properties`;
const NOTIFY = "/components/schemas/Notify";
const ETAG = `${GET}/responses/200/headers/ETag`;
const RETRY = { "Retry-After": { schema: { type: "integer" } } };
const SORTING = "/components/schemas/Sorting";

type Seed = readonly [name: string, released: readonly Edit[], now: readonly Edit[]];

/** Changes of what the sample lacks: `released` adds it, `now` edits the result. */
const BREAKING: readonly (readonly [...Seed, code: FindingCode])[] = [
  ["a value may be null, as OpenAPI 3.0 writes it", [], [[`${PROFILE}/name/nullable`, true]], "null-added"],
  [
    "null is refused, as OpenAPI 3.0 writes it",
    [[`${BODY}/note/nullable`, true]],
    [[`${BODY}/note/nullable`]],
    "null-refused",
  ],
  [
    "another default behind a parameter's reference",
    [
      [SORTING, { type: "string", default: "newest" }],
      [`${SORT}/schema`, { $ref: "#/components/schemas/Sorting" }],
    ],
    [[`${SORTING}/default`, "oldest"]],
    "default-changed",
  ],
  [
    "another default behind a field's reference, in a part",
    [
      [NOTIFY, { allOf: [{ type: "boolean" }, { default: true }] }],
      [`${BODY}/notify`, { $ref: "#/components/schemas/Notify" }],
    ],
    [[`${NOTIFY}/allOf/1/default`, false]],
    "default-changed",
  ],
  ["an omitted field no longer has a default", [], [[`${BODY}/notify/default`]], "default-changed"],
  ["an omitted parameter no longer has a default", [], [[`${SORT}/schema/default`]], "default-changed"],
  ["a field is only sent to the BFF", [], [[`${PROFILE}/nickname/writeOnly`, true]], "field-removed"],
  ["a field is only sent to clients", [], [[`${BODY}/note/readOnly`, true]], "field-removed"],
  ["no value is valid for a field", [], [[`${PROFILE}/nickname`, false]], "field-removed"],
  ["a list in a query is written differently", [], [[`${SORT}/explode`, false]], "not-weighed"],
  [
    "an integer must be one more",
    [[`${BODY}/count`, { type: "integer", minimum: 1 }]],
    [[`${BODY}/count`, { type: "integer", exclusiveMinimum: 1 }]],
    "limit-changed",
  ],
  [
    "one of two security schemes that are declared nowhere is gone",
    [["/security", [{ session: [] }, { key: [] }]]],
    [["/security", [{ session: [] }]]],
    "security-changed",
  ],
  [
    "another multiple",
    [[`${BODY}/weight/multipleOf`, 0.15]],
    [[`${BODY}/weight/multipleOf`, 0.1]],
    "limit-changed",
  ],
  [
    "listed numbers must be multiples",
    [[`${BODY}/count`, { type: "integer", enum: [5, 10, 15] }]],
    [[`${BODY}/count`, { type: "integer", multipleOf: 10 }]],
    "value-refused",
  ],
  [
    "a listed text is not of the new format",
    [[`${BODY}/count`, { enum: ["2026-01-01", "today"] }]],
    [[`${BODY}/count`, { type: "string", format: "date" }]],
    "value-refused",
  ],
  [
    "one of the listed values is excluded",
    [[`${BODY}/count`, { enum: [5, 10] }]],
    [[`${BODY}/count`, { type: "integer", not: { const: 5 } }]],
    "value-refused",
  ],
  [
    "the elements of listed lists are narrower",
    [[`${BODY}/count`, { const: [1, 2, 30] }]],
    [[`${BODY}/count`, { type: "array", items: { type: "integer", maximum: 10 } }]],
    "value-refused",
  ],
  [
    "a listed list holds an element twice",
    [[`${BODY}/count`, { const: [1, 1] }]],
    [[`${BODY}/count`, { type: "array", uniqueItems: true }]],
    "value-refused",
  ],
  [
    "a listed object lacks what is required, behind a reference",
    [[`${BODY}/count`, { const: { amount: 5 } }]],
    [[`${BODY}/count`, { $ref: "#/components/schemas/Money" }]],
    "value-refused",
  ],
  [
    "a listed object has a field that is refused",
    [[`${BODY}/count`, { const: { a: 1, b: 2 } }]],
    [[`${BODY}/count`, { type: "object", properties: { a: {} }, additionalProperties: false }]],
    "value-refused",
  ],
  [
    "listed values of an answer leave their limit",
    [[`${PROFILE}/points`, { type: "integer", multipleOf: 10 }]],
    [[`${PROFILE}/points`, { enum: [10, 15] }]],
    "value-unknown",
  ],
  [
    "a status that only `default` describes now, in another form",
    [[`${GET}/responses/404`, { description: "Not there", content: { "application/json": {} } }]],
    [[`${GET}/responses/404`]],
    "media-type-removed",
  ],
  [
    "a status of its own where `default` described it, in another form",
    [[`${GET}/responses/404`]],
    [[`${GET}/responses/404`, { description: "Not there" }]],
    "media-type-removed",
  ],
  [
    "a header is gone where a status now has a description of its own",
    [[`${GET}/responses/404`], [`${GET}/responses/default/headers`, RETRY]],
    [[`${GET}/responses/404`, { $ref: "#/components/responses/NotFound" }]],
    "header-removed",
  ],
  [
    "a `default` in another form replaces a released error",
    [[`${GET}/responses/default`]],
    [
      [`${GET}/responses/404`],
      [`${GET}/responses/default`, { description: "No", content: { "application/json": {} } }],
    ],
    "media-type-removed",
  ],
  [
    "a `default` beside the released errors",
    [[`${GET}/responses/default`]],
    [[`${GET}/responses/default`, { $ref: "#/components/responses/NotFound" }]],
    "status-added",
  ],
  [
    "a map gains a member of another type",
    [[`${BODY}/tags`, { type: "object", additionalProperties: { type: "string" } }]],
    [
      [
        `${BODY}/tags`,
        {
          type: "object",
          properties: { count: { type: "integer" } },
          additionalProperties: { type: "string" },
        },
      ],
    ],
    "type-changed",
  ],
  [
    "a map, as TypeBox writes it, gains a member of another type",
    [[`${BODY}/tags`, { type: "object", patternProperties: { "^.*$": { type: "string" } } }]],
    [[`${BODY}/tags/properties`, { count: { type: "integer" } }]],
    "type-changed",
  ],
  [
    "a header that is described by its content changes",
    [[ETAG, { content: { "application/json": { schema: { type: "integer" } } } }]],
    [[`${ETAG}/content/application~1json/schema/type`, "string"]],
    "type-changed",
  ],
  [
    "a header is described by its content instead of a schema",
    [],
    [[ETAG, { required: true, content: { "text/plain": { schema: { type: "string" } } } }]],
    "not-weighed",
  ],
  [
    "text that a parameter no longer takes",
    [[`${SORT}/schema`, { type: "string" }]],
    [[`${SORT}/schema`, { type: "integer" }]],
    "type-changed",
  ],
  [
    "a number's text is longer than a parameter may be",
    [[`${SORT}/schema`, { type: "integer" }]],
    [[`${SORT}/schema`, { type: "string", maxLength: 3 }]],
    "limit-changed",
  ],
  [
    "a range of media types becomes one",
    [[`${POST}/requestBody/content`, { "application/*": {} }]],
    [[`${POST}/requestBody/content`, { "application/json": {} }]],
    "media-type-removed",
  ],
];

const HARMLESS: readonly Seed[] = [
  ["null, as OpenAPI 3.0 writes it", [], [[`${PROFILE}/motto`, { type: "string", nullable: true }]]],
  [
    "a value that is no longer null, as OpenAPI 3.0 writes it",
    [[`${PROFILE}/name/nullable`, true]],
    [[`${PROFILE}/name/nullable`, false]],
  ],
  ["null that is now accepted", [], [[`${BODY}/note/nullable`, true]]],
  [
    "a parameter that now declares its default style",
    [],
    [
      [`${SORT}/style`, "form"],
      [`${SORT}/explode`, true],
      [`${SORT}/allowReserved`, false],
      [`${KEY}/style`, "simple"],
      [`${KEY}/explode`, false],
    ],
  ],
  ["a default where there was none", [], [[`${BODY}/note/default`, ""]]],
  [
    "an integer's limit, written differently",
    [[`${BODY}/count`, { type: "integer", minimum: 1, exclusiveMaximum: 10 }]],
    [[`${BODY}/count`, { type: "integer", exclusiveMinimum: 0, maximum: 9 }]],
  ],
  [
    "a field that was never sent is no longer declared",
    [[`${PROFILE}/secret`, { type: "string", writeOnly: true }]],
    [[`${PROFILE}/secret`]],
  ],
  ["a read-only field in an answer", [], [[`${PROFILE}/name/readOnly`, true]]],
  [
    "a finer multiple, which is not exact in binary",
    [[`${BODY}/weight/multipleOf`, 0.15]],
    [[`${BODY}/weight/multipleOf`, 0.05]],
  ],
  [
    "a parameter that may be any text",
    [[`${SORT}/schema`, { type: "integer", minimum: 1 }]],
    [[`${SORT}/schema`, { type: "string", minLength: 1 }]],
  ],
  [
    "a parameter's listed numbers, as text",
    [[`${SORT}/schema`, { type: "array", items: { enum: [1, 2] } }]],
    [[`${SORT}/schema`, { type: "array", items: { type: "string", enum: ["1", "2", "3"] } }]],
  ],
  [
    "any media type of a kind",
    [[`${POST}/requestBody/content`, { "application/json": {} }]],
    [[`${POST}/requestBody/content`, { "application/*": {} }]],
  ],
  [
    "an `Authorization` parameter, which OpenAPI ignores",
    [[KEY, { name: "Authorization", in: "header", required: true, schema: { type: "string" } }]],
    [[`${POST}/parameters/1`]],
  ],
  [
    "a class of successes becomes one of them",
    [[`${GET}/responses/2XX`, { description: "Done" }], [`${GET}/responses/200`]],
    [[`${GET}/responses/200`, { description: "Done" }], [`${GET}/responses/2XX`]],
  ],
  ["a problem that only `default` describes now", [], [[`${GET}/responses/404`]]],
  [
    "a `default` that replaces a released error of the same form",
    [[`${GET}/responses/default`]],
    [[`${GET}/responses/404`], [`${GET}/responses/default`, { $ref: "#/components/responses/NotFound" }]],
  ],
  [
    "listed values within a new limit",
    [[`${BODY}/count`, { type: "integer", enum: [10, 20] }]],
    [[`${BODY}/count`, { type: "integer", multipleOf: 10, not: { const: 15 } }]],
  ],
  [
    "listed texts of the new format",
    [[`${BODY}/count`, { enum: ["2026-01-01", "2026-12-31"] }]],
    [[`${BODY}/count`, { type: "string", format: "date" }]],
  ],
  [
    "a map in the other way of writing it",
    [[`${BODY}/tags`, { type: "object", patternProperties: { "^.*$": { type: "string" } } }]],
    [[`${BODY}/tags`, { type: "object", additionalProperties: { type: "string" } }]],
  ],
  [
    "a listed object with one more field in an answer",
    [
      [
        `${PROFILE}/extra`,
        { type: "object", properties: { a: { type: "integer" } }, additionalProperties: false },
      ],
    ],
    [[`${PROFILE}/extra`, { const: { a: 1, b: 2 } }]],
  ],
  ["an address without its trailing slash", [], [["/servers/0/url", ""]]],
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
