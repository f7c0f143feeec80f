import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { FindingCode } from "../finding.ts";
import { edited, SAMPLE } from "../testing/sample-contract.ts";
import type { Edit } from "../testing/sample-contract.ts";
import { compareOpenApi } from "./compare-openapi.ts";

const GET = "/paths/~1shop~1home/get";
const POST = "/paths/~1shop~1orders~1{orderId}~1cancel/post";
const ANSWERS = `${GET}/responses`;
const OK = `${ANSWERS}/200`;
const HOME = `${OK}/content/application~1json/schema`;
const PROFILE = `${HOME}/properties/profile`;
const FIELDS = `${PROFILE}/properties`;
const ORDER = `${HOME}/properties/orders/items`;
const PROBLEM = "/components/schemas/Problem";
const NOT_FOUND = "/components/responses/NotFound/content/application~1problem+json/schema";
const NOT_FOUND_TYPE = `${NOT_FOUND}/allOf/1/properties/type/enum`;

/** What a BFF may not answer to a client of the sample: where, and what is wrong. */
const BREAKING: readonly (readonly [name: string, code: FindingCode, where: string, ...edits: Edit[]])[] = [
  ["a field is gone", "field-removed", "profile/nickname", [`${FIELDS}/nickname`]],
  [
    "a required field is gone",
    "field-removed",
    "profile/name",
    [`${FIELDS}/name`],
    [`${PROFILE}/required`, ["since", "points", "share"]],
  ],
  [
    "a field may be missing",
    "field-optional",
    "profile/name",
    [`${PROFILE}/required`, ["since", "points", "share"]],
  ],
  [
    "a whole section is gone",
    "field-removed",
    "orders",
    [`${HOME}/properties/orders`],
    [`${HOME}/required`, ["profile", "degraded"]],
  ],
  ["a number becomes text", "type-changed", "profile/points", [`${FIELDS}/points/type`, "string"]],
  ["an integer becomes any number", "type-changed", "profile/points", [`${FIELDS}/points/type`, "number"]],
  [
    "a value may be of a second type",
    "type-changed",
    "profile/name",
    [`${FIELDS}/name/type`, ["string", "integer"]],
  ],
  ["a value may be anything", "type-changed", "profile/since", [`${FIELDS}/since`, true]],
  ["a date becomes a time", "format-changed", "profile/since", [`${FIELDS}/since/format`, "date-time"]],
  ["a date becomes any text", "format-changed", "profile/since", [`${FIELDS}/since/format`]],
  ["a value may be null", "null-added", "profile/name", [`${FIELDS}/name/type`, ["string", "null"]]],
  [
    "a value may be null, written as a union",
    "null-added",
    "orders/*/total",
    [`${ORDER}/properties/total`, { anyOf: [{ $ref: "#/components/schemas/Money" }, { type: "null" }] }],
  ],
  [
    "an enum has one more value",
    "value-unknown",
    "orders/*/status",
    [`${ORDER}/properties/status/enum`, ["placed", "shipped", "unknown", "on_hold"]],
  ],
  ["an enum becomes any text", "value-unknown", "orders/*/status", [`${ORDER}/properties/status/enum`]],
  ["a text may be longer", "limit-changed", "profile/name", [`${FIELDS}/name/maxLength`, 100]],
  ["a number may be negative", "limit-changed", "profile/points", [`${FIELDS}/points/minimum`]],
  [
    "a text may match another pattern, behind a reference",
    "limit-changed",
    "orders/*/total/currency",
    ["/components/schemas/Money/properties/currency/pattern", "^[A-Za-z]{3}$"],
  ],
  [
    "a branch of a union loses a field",
    "field-removed",
    "orders/*/shipment/carrier",
    [`${ORDER}/properties/shipment/anyOf/0/properties/carrier`],
  ],
  [
    "a map has values of another type",
    "type-changed",
    "labels/*",
    [`${HOME}/properties/labels/additionalProperties`, { type: "integer" }],
  ],
  ["a map may hold anything", "type-changed", "labels/*", [`${HOME}/properties/labels/additionalProperties`]],
  [
    "a keyword changes that the guard does not interpret",
    "not-weighed",
    "orders",
    [`${HOME}/properties/orders/prefixItems`, [true]],
  ],
  [
    "success has another status",
    "media-type-removed",
    "",
    [`${ANSWERS}/200`],
    [`${ANSWERS}/202`, { description: "Later", content: { "application/json": { schema: true } } }],
  ],
  ["success has no body", "media-type-removed", "", [`${OK}/content`]],
  ["a form is no longer redirected", "status-removed", "", [`${POST}/responses/303`]],
  [
    "a status may come that was not declared",
    "status-added",
    "",
    [`${POST}/responses/409`, { description: "No" }],
  ],
  ["a media type is gone", "media-type-removed", "", [`${OK}/content/application~1x-ndjson`]],
  ["a header is gone", "header-removed", "", [`${OK}/headers/ETag`]],
  ["a header may be missing", "header-optional", "", [`${OK}/headers/ETag/required`]],
  ["a header is of another type", "type-changed", "", [`${OK}/headers/ETag/schema/type`, "integer"]],
  ["a problem loses a member", "field-removed", "section", [`${PROBLEM}/properties/section`]],
  ["a problem has another name", "problem-renamed", "type", [NOT_FOUND_TYPE, ["/problems/missing"]]],
  [
    "problems have another media type",
    "media-type-removed",
    "",
    [
      "/components/responses/NotFound/content",
      { "application/json": { schema: { $ref: "#/components/schemas/Problem" } } },
    ],
  ],
];

/** What a BFF may answer, though it is not what it was. */
const HARMLESS: readonly (readonly [name: string, ...edits: Edit[]])[] = [
  ["a new field", [`${FIELDS}/badge`, { type: "string" }]],
  [
    "a new field that is always there",
    [`${FIELDS}/badge`, { type: "string" }],
    [`${PROFILE}/required`, ["name", "since", "points", "share", "badge"]],
  ],
  [
    "an optional field that is now always there",
    [`${PROFILE}/required`, ["name", "since", "points", "share", "nickname"]],
  ],
  ["a number that is now an integer", [`${FIELDS}/share/type`, "integer"]],
  ["a value that is no longer null", [`${FIELDS}/motto/type`, "string"]],
  ["an enum with one value less", [`${ORDER}/properties/status/enum`, ["placed", "unknown"]]],
  ["an enum in another order", [`${ORDER}/properties/status/enum`, ["unknown", "shipped", "placed"]]],
  [
    "an enum written as a union of constants",
    [
      `${ORDER}/properties/status`,
      { anyOf: [{ const: "placed" }, { const: "shipped" }, { const: "unknown" }] },
    ],
  ],
  ["text that is now one of a list", [`${FIELDS}/nickname/enum`, ["Ada", "Grace"]]],
  ["a shorter limit", [`${FIELDS}/name/maxLength`, 40]],
  [
    "a schema that moves behind a reference",
    [`${FIELDS}/name`, { $ref: "#/components/schemas/Name" }],
    ["/components/schemas/Name", { type: "string", maxLength: 80 }],
  ],
  [
    "a schema that is split into parts",
    [`${FIELDS}/points`, { allOf: [{ type: "integer" }, { minimum: 0 }] }],
  ],
  ["an answer closed to other fields", [`${PROFILE}/additionalProperties`, false]],
  ["another description", [`${FIELDS}/name/description`, "The given name"], [`${GET}/summary`, "Home"]],
  ["examples", [`${OK}/content/application~1json/example`, { profile: {} }]],
  ["another operationId", [`${GET}/operationId`, "start"]],
  ["a new media type", [`${OK}/content/text~1html`, { schema: { type: "string" } }]],
  ["a new header", [`${OK}/headers/Age`, { schema: { type: "integer" } }]],
  ["a problem that no longer comes", [`${ANSWERS}/404`]],
  [
    "another problem, where any was declared",
    [`${ANSWERS}/429`, { $ref: "#/components/responses/NotFound" }],
  ],
  ["one more problem of a status", [NOT_FOUND_TYPE, ["/problems/not-found", "/problems/gone"]]],
  ["a new screen", ["/paths/~1shop~1news", { get: { responses: { 200: { description: "News" } } } }]],
];

describe("an answer that a released client would not understand", () => {
  for (const [name, code, where, ...edits] of BREAKING) {
    it(name, () => {
      const found = compareOpenApi(SAMPLE, edited(SAMPLE, edits));
      const expected = found.filter(
        (finding) =>
          finding.code === code && finding.at.join("/").replaceAll("[]", "*").replaceAll("{}", "*") === where,
      );
      assert.notEqual(expected.length, 0, JSON.stringify(found));
      for (const finding of found) assert.equal(finding.direction, "answer", JSON.stringify(finding));
    });
  }
});

describe("an answer that every released client understands", () => {
  for (const [name, ...edits] of HARMLESS) {
    it(name, () => assert.deepEqual(compareOpenApi(SAMPLE, edited(SAMPLE, edits)), []));
  }
});
