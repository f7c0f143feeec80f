import assert from "node:assert/strict";
import { test } from "node:test";
import { generate } from "./generate.ts";
import { contractOf } from "./testing/contracts.ts";

const ORDER = {
  type: "object",
  required: ["total"],
  properties: { total: { type: "integer" }, at: { format: "date" } },
};

function notesOf(media: object, overlay?: object): readonly string[] {
  const response = { description: "", content: { "application/json": media } };
  const contract = contractOf({
    answer: {},
    schemas: { Order: { ...ORDER, example: { total: "twelve" } }, Plain: ORDER },
    operation: { responses: { 200: response } },
  });
  const text = JSON.stringify({ overlay: "1.0.0", ...overlay });
  return generate(
    { ...contract, overlay: overlay && { source: "things.overlay.yaml", text } },
    "npm run generate",
  ).notes;
}

const plain = { $ref: "#/components/schemas/Plain" };
const lacks = "the document's own example of `GET /things` lacks `total`";

for (const [what, media, notes] of [
  ["that is as its schema says", { schema: plain, example: { total: 1 } }, []],
  ["that lacks a member", { schema: plain, example: {} }, [lacks]],
  [
    "among several that are named",
    { schema: plain, examples: { a: { value: { total: 1 } }, b: { value: {} } } },
    [lacks],
  ],
  ["that is elsewhere", { schema: plain, examples: { a: { $ref: "#/components/schemas/Plain/none" } } }, []],
  [
    "of the schema",
    { schema: { $ref: "#/components/schemas/Order" } },
    ["the document's own example of `GET /things` is refused at `total`: must be integer"],
  ],
  [
    "in a list",
    { schema: { type: "array", items: plain }, example: [{ total: 1 }, {}] },
    ["the document's own example of `GET /things` lacks `1.total`"],
  ],
  ["with a value that the contract does not list", { schema: { enum: ["a", "b"] }, example: "c" }, []],
] as const) {
  test(`says what a reader would refuse of an example ${what}`, () =>
    assert.deepEqual(notesOf(media), notes));
}

test("an overlay is the way out", () => {
  const actions = [
    { target: "$.components.schemas.Plain", update: { properties: { total: { type: "string" } } } },
  ];
  const media = { schema: plain, example: { total: "12" } };
  assert.equal(notesOf(media).length, 1);
  assert.deepEqual(notesOf(media, { actions }), []);
});
