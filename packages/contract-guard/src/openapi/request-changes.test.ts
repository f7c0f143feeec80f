import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { FindingCode } from "../finding.ts";
import { memberOf } from "../json.ts";
import { edited, SAMPLE } from "../testing/sample-contract.ts";
import type { Edit } from "../testing/sample-contract.ts";
import { compareOpenApi } from "./compare-openapi.ts";

const GET = ["paths", "/shop/home", "get"];
const CANCEL = "/shop/orders/{orderId}/cancel";
const POST = ["paths", CANCEL, "post"];
const DPR = [...GET, "parameters", "0"];
const SORT = [...GET, "parameters", "1"];
const VERSION = [...GET, "parameters", "2"];
const KEY = [...POST, "parameters", "1"];
const CONTENT = [...POST, "requestBody", "content"];
const BODY = [...CONTENT, "application/json", "schema"];
const FIELDS = [...BODY, "properties"];

const CANCEL_ITEM = memberOf(SAMPLE["paths"], CANCEL) ?? null;

/** What a BFF may not ask of a client that was built against the sample. */
const BREAKING: readonly (readonly [name: string, code: FindingCode, ...edits: Edit[]])[] = [
  ["a screen is gone", "operation-removed", { at: ["paths", "/shop/home"] }],
  [
    "a method is gone",
    "operation-removed",
    { at: [...POST] },
    { at: ["paths", CANCEL, "put"], to: { responses: {} } },
  ],
  ["everything has another address", "address-changed", { at: ["servers", "0", "url"], to: "/v2" }],
  ["a query parameter is gone", "parameter-removed", { at: DPR }],
  ["a query parameter becomes a header", "parameter-removed", { at: [...DPR, "in"], to: "header" }],
  ["a query parameter becomes required", "parameter-required", { at: [...DPR, "required"], to: true }],
  [
    "a new header is required",
    "parameter-required",
    { at: [...GET, "parameters", "3"], to: { name: "X-Region", in: "header", required: true, schema: true } },
  ],
  [
    "a parameter no longer takes a value",
    "value-refused",
    { at: [...SORT, "schema", "enum"], to: ["newest"] },
  ],
  ["a parameter is of another type", "type-changed", { at: [...VERSION, "schema", "type"], to: "integer" }],
  ["a parameter takes less", "limit-changed", { at: [...DPR, "schema", "maximum"], to: 2 }],
  [
    "an omitted parameter means something else",
    "default-changed",
    { at: [...SORT, "schema", "default"], to: "oldest" },
  ],
  ["a parameter is written differently", "not-weighed", { at: [...SORT, "style"], to: "spaceDelimited" }],
  ["a header must be longer", "limit-changed", { at: [...KEY, "schema", "minLength"], to: 16 }],
  [
    "a path takes less",
    "limit-changed",
    { at: [...POST, "parameters", "0", "schema", "pattern"], to: "^[a-z]{3}$" },
  ],
  ["a body becomes required", "body-required", { at: [...POST, "requestBody", "required"], to: true }],
  ["a body is ignored", "body-removed", { at: [...POST, "requestBody"] }],
  [
    "a body of that media type is refused",
    "media-type-removed",
    { at: CONTENT, to: { "application/x-www-form-urlencoded": { schema: true } } },
  ],
  [
    "a new field must be sent",
    "field-required",
    { at: [...FIELDS, "phone"], to: { type: "string" } },
    { at: [...BODY, "required"], to: ["reason", "phone"] },
  ],
  ["an optional field must be sent", "field-required", { at: [...BODY, "required"], to: ["reason", "note"] }],
  ["a field is refused", "field-refused", { at: [...FIELDS, "note"] }],
  [
    "a field no longer takes a value",
    "value-refused",
    { at: [...FIELDS, "reason", "enum"], to: ["changed_mind"] },
  ],
  ["a text must be shorter", "limit-changed", { at: [...FIELDS, "note", "maxLength"], to: 100 }],
  ["a text must match a pattern", "limit-changed", { at: [...FIELDS, "note", "pattern"], to: "^[a-z]*$" }],
  ["a text must be a date", "format-changed", { at: [...FIELDS, "note", "format"], to: "date" }],
  ["any number must be an integer", "type-changed", { at: [...FIELDS, "weight", "type"], to: "integer" }],
  [
    "a number must be smaller",
    "limit-changed",
    { at: [...FIELDS, "weight"], to: { type: "number", exclusiveMaximum: 10 } },
  ],
  ["true is the only value", "value-refused", { at: [...FIELDS, "notify", "const"], to: true }],
  [
    "an omitted field means something else",
    "default-changed",
    { at: [...FIELDS, "notify", "default"], to: false },
  ],
  [
    "another security scheme",
    "security-changed",
    { at: ["components", "securitySchemes", "identity", "name"], to: "Authorization" },
  ],
  [
    "a second security scheme, beside the first",
    "security-changed",
    { at: ["security"], to: [{ identity: [], key: [] }] },
    { at: ["components", "securitySchemes", "key"], to: { type: "http", scheme: "basic" } },
  ],
  [
    "a scope that was not asked for before",
    "security-changed",
    { at: ["security"], to: [{ identity: ["orders"] }] },
  ],
];

/** What a BFF may ask for, though it is not what it was. */
const HARMLESS: readonly (readonly [name: string, ...edits: Edit[]])[] = [
  [
    "a new query parameter",
    { at: [...GET, "parameters", "3"], to: { name: "region", in: "query", schema: { type: "string" } } },
  ],
  [
    "a parameter with one more value",
    { at: [...SORT, "schema", "enum"], to: ["newest", "oldest", "largest"] },
  ],
  ["a parameter of any value", { at: [...SORT, "schema"], to: { type: "string", default: "newest" } }],
  ["a header that may now be left out", { at: [...KEY, "required"] }],
  ["a header's name in other case", { at: [...KEY, "name"], to: "idempotency-key" }],
  ["a wider number", { at: [...DPR, "schema", "maximum"], to: 8 }],
  [
    "a path parameter with another name",
    { at: ["paths", "/shop/orders/{id}/cancel"], to: CANCEL_ITEM },
    { at: ["paths", "/shop/orders/{id}/cancel", "post", "parameters", "0", "name"], to: "id" },
    { at: ["paths", CANCEL] },
  ],
  ["a new optional field", { at: [...FIELDS, "phone"], to: { type: "string" } }],
  ["a field that may now be left out", { at: [...BODY, "required"], to: [] }],
  [
    "a field with one more value",
    { at: [...FIELDS, "reason", "enum"], to: ["changed_mind", "too_slow", "other"] },
  ],
  ["a longer text", { at: [...FIELDS, "note", "maxLength"], to: 500 }],
  ["a value that may be null", { at: [...FIELDS, "note", "type"], to: ["string", "null"] }],
  ["a body open to other fields", { at: [...BODY, "additionalProperties"] }],
  ["a second media type", { at: [...CONTENT, "application/x-www-form-urlencoded"], to: { schema: true } }],
  ["a second address", { at: ["servers", "1"], to: { url: "/v2" } }],
  [
    "an alternative security scheme",
    { at: ["security", "1"], to: { key: [] } },
    { at: ["components", "securitySchemes", "key"], to: { type: "http", scheme: "basic" } },
  ],
  ["no credentials are asked for any more", { at: ["security"], to: [{}] }],
  [
    "another description of a security scheme",
    { at: ["components", "securitySchemes", "identity", "description"], to: "Set by the gateway" },
  ],
  ["a parameter that is deprecated", { at: [...DPR, "deprecated"], to: true }],
];

describe("a request that a released client does not send", () => {
  for (const [name, code, ...edits] of BREAKING) {
    it(name, () => {
      const found = compareOpenApi(SAMPLE, edited(SAMPLE, edits));
      assert.ok(
        found.some((finding) => finding.code === code),
        JSON.stringify(found),
      );
      for (const finding of found) assert.equal(finding.direction, "request", JSON.stringify(finding));
    });
  }
});

describe("a request that every released client sends", () => {
  for (const [name, ...edits] of HARMLESS) {
    it(name, () => assert.deepEqual(compareOpenApi(SAMPLE, edited(SAMPLE, edits)), []));
  }
});
