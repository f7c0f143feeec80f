import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { FindingCode } from "../finding.ts";
import { edited, SAMPLE } from "../testing/sample-contract.ts";
import type { Edit } from "../testing/sample-contract.ts";
import { compareOpenApi } from "./compare-openapi.ts";

const GET = ["paths", "/shop/home", "get"];
const POST = ["paths", "/shop/orders/{orderId}/cancel", "post"];
const ANSWERS = [...GET, "responses"];
const OK = [...ANSWERS, "200"];
const HOME = [...OK, "content", "application/json", "schema"];
const PROFILE = [...HOME, "properties", "profile"];
const FIELDS = [...PROFILE, "properties"];
const ORDER = [...HOME, "properties", "orders", "items"];
const PROBLEM = ["components", "schemas", "Problem"];
const NOT_FOUND = ["components", "responses", "NotFound", "content", "application/problem+json", "schema"];
const NOT_FOUND_TYPE = [...NOT_FOUND, "allOf", "1", "properties", "type", "enum"];

/** What a BFF may not answer to a client of the sample: where, and what is wrong. */
const BREAKING: readonly (readonly [name: string, code: FindingCode, where: string, ...edits: Edit[]])[] = [
  ["a field is gone", "field-removed", "profile/nickname", { at: [...FIELDS, "nickname"] }],
  [
    "a required field is gone",
    "field-removed",
    "profile/name",
    { at: [...FIELDS, "name"] },
    { at: [...PROFILE, "required"], to: ["since", "points", "share"] },
  ],
  [
    "a field may be missing",
    "field-optional",
    "profile/name",
    { at: [...PROFILE, "required"], to: ["since", "points", "share"] },
  ],
  [
    "a whole section is gone",
    "field-removed",
    "orders",
    { at: [...HOME, "properties", "orders"] },
    { at: [...HOME, "required"], to: ["profile", "degraded"] },
  ],
  [
    "a number becomes text",
    "type-changed",
    "profile/points",
    { at: [...FIELDS, "points", "type"], to: "string" },
  ],
  [
    "an integer becomes any number",
    "type-changed",
    "profile/points",
    { at: [...FIELDS, "points", "type"], to: "number" },
  ],
  [
    "a value may be of a second type",
    "type-changed",
    "profile/name",
    { at: [...FIELDS, "name", "type"], to: ["string", "integer"] },
  ],
  ["a value may be anything", "type-changed", "profile/since", { at: [...FIELDS, "since"], to: true }],
  [
    "a date becomes a time",
    "format-changed",
    "profile/since",
    { at: [...FIELDS, "since", "format"], to: "date-time" },
  ],
  ["a date becomes any text", "format-changed", "profile/since", { at: [...FIELDS, "since", "format"] }],
  [
    "a value may be null",
    "null-added",
    "profile/name",
    { at: [...FIELDS, "name", "type"], to: ["string", "null"] },
  ],
  [
    "a value may be null, written as a union",
    "null-added",
    "orders/*/total",
    {
      at: [...ORDER, "properties", "total"],
      to: { anyOf: [{ $ref: "#/components/schemas/Money" }, { type: "null" }] },
    },
  ],
  [
    "an enum has one more value",
    "value-unknown",
    "orders/*/status",
    { at: [...ORDER, "properties", "status", "enum"], to: ["placed", "shipped", "unknown", "on_hold"] },
  ],
  [
    "an enum becomes any text",
    "value-unknown",
    "orders/*/status",
    { at: [...ORDER, "properties", "status", "enum"] },
  ],
  [
    "a text may be longer",
    "limit-changed",
    "profile/name",
    { at: [...FIELDS, "name", "maxLength"], to: 100 },
  ],
  ["a number may be negative", "limit-changed", "profile/points", { at: [...FIELDS, "points", "minimum"] }],
  [
    "a text may match another pattern, behind a reference",
    "limit-changed",
    "orders/*/total/currency",
    { at: ["components", "schemas", "Money", "properties", "currency", "pattern"], to: "^[A-Za-z]{3}$" },
  ],
  [
    "a branch of a union loses a field",
    "field-removed",
    "orders/*/shipment/carrier",
    { at: [...ORDER, "properties", "shipment", "anyOf", "0", "properties", "carrier"] },
  ],
  [
    "a map has values of another type",
    "type-changed",
    "labels/*",
    { at: [...HOME, "properties", "labels", "additionalProperties"], to: { type: "integer" } },
  ],
  [
    "a map may hold anything",
    "type-changed",
    "labels/*",
    { at: [...HOME, "properties", "labels", "additionalProperties"] },
  ],
  [
    "a keyword changes that the guard does not interpret",
    "not-weighed",
    "orders",
    { at: [...HOME, "properties", "orders", "prefixItems"], to: [true] },
  ],
  [
    "success has another status",
    "media-type-removed",
    "",
    { at: [...ANSWERS, "200"] },
    {
      at: [...ANSWERS, "202"],
      to: { description: "Later", content: { "application/json": { schema: true } } },
    },
  ],
  ["success has no body", "media-type-removed", "", { at: [...OK, "content"] }],
  ["a form is no longer redirected", "status-removed", "", { at: [...POST, "responses", "303"] }],
  [
    "a status may come that was not declared",
    "status-added",
    "",
    { at: [...POST, "responses", "409"], to: { description: "No" } },
  ],
  ["a media type is gone", "media-type-removed", "", { at: [...OK, "content", "application/x-ndjson"] }],
  ["a header is gone", "header-removed", "", { at: [...OK, "headers", "ETag"] }],
  ["a header may be missing", "header-optional", "", { at: [...OK, "headers", "ETag", "required"] }],
  [
    "a header is of another type",
    "type-changed",
    "",
    { at: [...OK, "headers", "ETag", "schema", "type"], to: "integer" },
  ],
  ["a problem loses a member", "field-removed", "section", { at: [...PROBLEM, "properties", "section"] }],
  [
    "a problem has another name",
    "problem-renamed",
    "type",
    { at: NOT_FOUND_TYPE, to: ["/problems/missing"] },
  ],
  [
    "problems have another media type",
    "media-type-removed",
    "",
    {
      at: ["components", "responses", "NotFound", "content"],
      to: { "application/json": { schema: { $ref: "#/components/schemas/Problem" } } },
    },
  ],
];

/** What a BFF may answer, though it is not what it was. */
const HARMLESS: readonly (readonly [name: string, ...edits: Edit[]])[] = [
  ["a new field", { at: [...FIELDS, "badge"], to: { type: "string" } }],
  [
    "a new field that is always there",
    { at: [...FIELDS, "badge"], to: { type: "string" } },
    { at: [...PROFILE, "required"], to: ["name", "since", "points", "share", "badge"] },
  ],
  [
    "an optional field that is now always there",
    { at: [...PROFILE, "required"], to: ["name", "since", "points", "share", "nickname"] },
  ],
  ["a number that is now an integer", { at: [...FIELDS, "share", "type"], to: "integer" }],
  ["a value that is no longer null", { at: [...FIELDS, "motto", "type"], to: "string" }],
  [
    "an enum with one value less",
    { at: [...ORDER, "properties", "status", "enum"], to: ["placed", "unknown"] },
  ],
  [
    "an enum in another order",
    { at: [...ORDER, "properties", "status", "enum"], to: ["unknown", "shipped", "placed"] },
  ],
  [
    "an enum written as a union of constants",
    {
      at: [...ORDER, "properties", "status"],
      to: { anyOf: [{ const: "placed" }, { const: "shipped" }, { const: "unknown" }] },
    },
  ],
  ["text that is now one of a list", { at: [...FIELDS, "nickname", "enum"], to: ["Ada", "Grace"] }],
  ["a shorter limit", { at: [...FIELDS, "name", "maxLength"], to: 40 }],
  [
    "a schema that moves behind a reference",
    { at: [...FIELDS, "name"], to: { $ref: "#/components/schemas/Name" } },
    { at: ["components", "schemas", "Name"], to: { type: "string", maxLength: 80 } },
  ],
  [
    "a schema that is split into parts",
    { at: [...FIELDS, "points"], to: { allOf: [{ type: "integer" }, { minimum: 0 }] } },
  ],
  ["an answer closed to other fields", { at: [...PROFILE, "additionalProperties"], to: false }],
  [
    "another description",
    { at: [...FIELDS, "name", "description"], to: "The given name" },
    { at: [...GET, "summary"], to: "Home" },
  ],
  ["examples", { at: [...OK, "content", "application/json", "example"], to: { profile: {} } }],
  ["another operationId", { at: [...GET, "operationId"], to: "start" }],
  ["a new media type", { at: [...OK, "content", "text/html"], to: { schema: { type: "string" } } }],
  ["a new header", { at: [...OK, "headers", "Age"], to: { schema: { type: "integer" } } }],
  ["a problem that no longer comes", { at: [...ANSWERS, "404"] }],
  [
    "another problem, where any was declared",
    { at: [...ANSWERS, "429"], to: { $ref: "#/components/responses/NotFound" } },
  ],
  ["one more problem of a status", { at: NOT_FOUND_TYPE, to: ["/problems/not-found", "/problems/gone"] }],
  [
    "a new screen",
    { at: ["paths", "/shop/news"], to: { get: { responses: { 200: { description: "News" } } } } },
  ],
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
