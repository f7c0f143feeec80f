import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { FindingCode } from "../finding.ts";
import { memberOf } from "../json.ts";
import { edited, SAMPLE } from "../testing/sample-contract.ts";
import type { Edit } from "../testing/sample-contract.ts";
import { compareOpenApi } from "./compare-openapi.ts";

const GET = "/paths/~1shop~1home/get";
const CANCEL = "/paths/~1shop~1orders~1{orderId}~1cancel";
const POST = `${CANCEL}/post`;
const DPR = `${GET}/parameters/0`;
const SORT = `${GET}/parameters/1`;
const VERSION = `${GET}/parameters/2`;
const KEY = `${POST}/parameters/1`;
const CONTENT = `${POST}/requestBody/content`;
const BODY = `${CONTENT}/application~1json/schema`;
const FIELDS = `${BODY}/properties`;

const CANCEL_ITEM = memberOf(SAMPLE["paths"], "/shop/orders/{orderId}/cancel") ?? null;

/** What a BFF may not ask of a client that was built against the sample. */
const BREAKING: readonly (readonly [name: string, code: FindingCode, ...edits: Edit[]])[] = [
  ["a screen is gone", "operation-removed", ["/paths/~1shop~1home"]],
  ["a method is gone", "operation-removed", [POST], [`${CANCEL}/put`, { responses: {} }]],
  ["everything has another address", "address-changed", ["/servers/0/url", "/v2"]],
  ["a query parameter is gone", "parameter-removed", [DPR]],
  ["a query parameter becomes a header", "parameter-removed", [`${DPR}/in`, "header"]],
  ["a query parameter becomes required", "parameter-required", [`${DPR}/required`, true]],
  [
    "a new header is required",
    "parameter-required",
    [`${GET}/parameters/3`, { name: "X-Region", in: "header", required: true, schema: true }],
  ],
  ["a parameter no longer takes a value", "value-refused", [`${SORT}/schema/enum`, ["newest"]]],
  ["a parameter is of another type", "type-changed", [`${VERSION}/schema/type`, "integer"]],
  ["a parameter takes less", "limit-changed", [`${DPR}/schema/maximum`, 2]],
  ["an omitted parameter means something else", "default-changed", [`${SORT}/schema/default`, "oldest"]],
  ["a parameter is written differently", "not-weighed", [`${SORT}/style`, "spaceDelimited"]],
  ["a header must be longer", "limit-changed", [`${KEY}/schema/minLength`, 16]],
  ["a path takes less", "limit-changed", [`${POST}/parameters/0/schema/pattern`, "^[a-z]{3}$"]],
  ["a body becomes required", "body-required", [`${POST}/requestBody/required`, true]],
  ["a body is ignored", "body-removed", [`${POST}/requestBody`]],
  [
    "a body of that media type is refused",
    "media-type-removed",
    [CONTENT, { "application/x-www-form-urlencoded": { schema: true } }],
  ],
  [
    "a new field must be sent",
    "field-required",
    [`${FIELDS}/phone`, { type: "string" }],
    [`${BODY}/required`, ["reason", "phone"]],
  ],
  ["an optional field must be sent", "field-required", [`${BODY}/required`, ["reason", "note"]]],
  ["a field is refused", "field-refused", [`${FIELDS}/note`]],
  ["a field no longer takes a value", "value-refused", [`${FIELDS}/reason/enum`, ["changed_mind"]]],
  ["a text must be shorter", "limit-changed", [`${FIELDS}/note/maxLength`, 100]],
  ["a text must match a pattern", "limit-changed", [`${FIELDS}/note/pattern`, "^[a-z]*$"]],
  ["a text must be a date", "format-changed", [`${FIELDS}/note/format`, "date"]],
  ["any number must be an integer", "type-changed", [`${FIELDS}/weight/type`, "integer"]],
  [
    "a number must be smaller",
    "limit-changed",
    [`${FIELDS}/weight`, { type: "number", exclusiveMaximum: 10 }],
  ],
  ["true is the only value", "value-refused", [`${FIELDS}/notify/const`, true]],
  ["an omitted field means something else", "default-changed", [`${FIELDS}/notify/default`, false]],
  [
    "another security scheme",
    "security-changed",
    ["/components/securitySchemes/identity/name", "Authorization"],
  ],
  [
    "a second security scheme, beside the first",
    "security-changed",
    ["/security", [{ identity: [], key: [] }]],
    ["/components/securitySchemes/key", { type: "http", scheme: "basic" }],
  ],
  ["a scope that was not asked for before", "security-changed", ["/security", [{ identity: ["orders"] }]]],
];

/** What a BFF may ask for, though it is not what it was. */
const HARMLESS: readonly (readonly [name: string, ...edits: Edit[]])[] = [
  [
    "a new query parameter",
    [`${GET}/parameters/3`, { name: "region", in: "query", schema: { type: "string" } }],
  ],
  ["a parameter with one more value", [`${SORT}/schema/enum`, ["newest", "oldest", "largest"]]],
  ["a parameter of any value", [`${SORT}/schema`, { type: "string", default: "newest" }]],
  ["a header that may now be left out", [`${KEY}/required`]],
  ["a header's name in other case", [`${KEY}/name`, "idempotency-key"]],
  ["a wider number", [`${DPR}/schema/maximum`, 8]],
  [
    "a path parameter with another name",
    ["/paths/~1shop~1orders~1{id}~1cancel", CANCEL_ITEM],
    ["/paths/~1shop~1orders~1{id}~1cancel/post/parameters/0/name", "id"],
    [CANCEL],
  ],
  ["a new optional field", [`${FIELDS}/phone`, { type: "string" }]],
  ["a field that may now be left out", [`${BODY}/required`, []]],
  ["a field with one more value", [`${FIELDS}/reason/enum`, ["changed_mind", "too_slow", "other"]]],
  ["a longer text", [`${FIELDS}/note/maxLength`, 500]],
  ["a value that may be null", [`${FIELDS}/note/type`, ["string", "null"]]],
  ["a body open to other fields", [`${BODY}/additionalProperties`]],
  ["a second media type", [`${CONTENT}/application~1x-www-form-urlencoded`, { schema: true }]],
  ["a second address", ["/servers/1", { url: "/v2" }]],
  [
    "an alternative security scheme",
    ["/security/1", { key: [] }],
    ["/components/securitySchemes/key", { type: "http", scheme: "basic" }],
  ],
  ["no credentials are asked for any more", ["/security", [{}]]],
  [
    "another description of a security scheme",
    ["/components/securitySchemes/identity/description", "Set by the gateway"],
  ],
  ["a parameter that is deprecated", [`${DPR}/deprecated`, true]],
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
