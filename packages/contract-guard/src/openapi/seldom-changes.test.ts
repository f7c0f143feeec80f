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

/**
 * What the sample does not hold: released with the first edits, served now with the others besides.
 */
const BREAKING: readonly (readonly [...Seed, code: FindingCode])[] = [
  [
    "a value may be null, in the words of OpenAPI 3.0",
    [],
    [{ at: [...PROFILE, "name", "nullable"], to: true }],
    "null-added",
  ],
  [
    "null is refused, in the words of OpenAPI 3.0",
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
  ["nothing is said about a field left out", [], [{ at: [...BODY, "notify", "default"] }], "default-changed"],
  [
    "nothing is said about a parameter left out",
    [],
    [{ at: [...SORT, "schema", "default"] }],
    "default-changed",
  ],
  [
    "a field is sent to the BFF alone",
    [],
    [{ at: [...PROFILE, "nickname", "writeOnly"], to: true }],
    "field-removed",
  ],
  [
    "a field is sent to clients alone",
    [],
    [{ at: [...BODY, "note", "readOnly"], to: true }],
    "field-removed",
  ],
  ["nothing fits a field", [], [{ at: [...PROFILE, "nickname"], to: false }], "field-removed"],
  ["a list in a query is written otherwise", [], [{ at: [...SORT, "explode"], to: false }], "not-weighed"],
  [
    "a whole number must be one more",
    [{ at: [...BODY, "count"], to: { type: "integer", minimum: 1 } }],
    [{ at: [...BODY, "count"], to: { type: "integer", exclusiveMinimum: 1 } }],
    "limit-changed",
  ],
  [
    "another scheme of security, of those that are declared nowhere",
    [{ at: ["security"], to: [{ session: [] }, { key: [] }] }],
    [{ at: ["security"], to: [{ session: [] }] }],
    "security-changed",
  ],
  [
    "a multiple that is another",
    [{ at: [...BODY, "weight", "multipleOf"], to: 0.15 }],
    [{ at: [...BODY, "weight", "multipleOf"], to: 0.1 }],
    "limit-changed",
  ],
];

const HARMLESS: readonly Seed[] = [
  [
    "null said in the words of OpenAPI 3.0",
    [],
    [{ at: [...PROFILE, "motto"], to: { type: "string", nullable: true } }],
  ],
  [
    "a value that is never null now, in those words",
    [{ at: [...PROFILE, "name", "nullable"], to: true }],
    [{ at: [...PROFILE, "name", "nullable"], to: false }],
  ],
  ["null that is taken now", [], [{ at: [...BODY, "note", "nullable"], to: true }]],
  [
    "a parameter that says how it was written anyway",
    [],
    [
      { at: [...SORT, "style"], to: "form" },
      { at: [...SORT, "explode"], to: true },
      { at: [...SORT, "allowReserved"], to: false },
      { at: [...KEY, "style"], to: "simple" },
      { at: [...KEY, "explode"], to: false },
    ],
  ],
  ["a default where nothing was said", [], [{ at: [...BODY, "note", "default"], to: "" }]],
  [
    "a whole number's limit in other words",
    [{ at: [...BODY, "count"], to: { type: "integer", minimum: 1, exclusiveMaximum: 10 } }],
    [{ at: [...BODY, "count"], to: { type: "integer", exclusiveMinimum: 0, maximum: 9 } }],
  ],
  [
    "what was never sent is named no more",
    [{ at: [...PROFILE, "secret"], to: { type: "string", writeOnly: true } }],
    [{ at: [...PROFILE, "secret"] }],
  ],
  ["a field that clients only read, in an answer", [], [{ at: [...PROFILE, "name", "readOnly"], to: true }]],
  [
    "a multiple that is finer, and not exact in binary",
    [{ at: [...BODY, "weight", "multipleOf"], to: 0.15 }],
    [{ at: [...BODY, "weight", "multipleOf"], to: 0.05 }],
  ],
  ["an address with a slash at its end", [], [{ at: ["servers", "0", "url"], to: "" }]],
];

const compared = (released: readonly Edit[], now: readonly Edit[]) => {
  const before = edited(SAMPLE, released);
  return compareOpenApi(before, edited(before, now));
};

describe("what contracts seldom say, and a released client would not survive", () => {
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

describe("what contracts seldom say, and no client notices", () => {
  for (const [name, released, now] of HARMLESS) {
    it(name, () => assert.deepEqual(compared(released, now), []));
  }
});
