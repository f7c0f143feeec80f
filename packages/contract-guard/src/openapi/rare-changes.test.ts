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
