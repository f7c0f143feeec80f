import assert from "node:assert/strict";
import { test } from "node:test";
import { contractOf } from "./testing/contracts.ts";
import { generatedContract } from "./testing/generated-module.ts";

async function answerOf(answer: object, schemas: object = {}): Promise<{ schema?: object; enums?: object }> {
  const { listThings } = await generatedContract(contractOf({ answer, schemas }));
  return listThings?.answer ?? {};
}

const ref = (name: string): object => ({ $ref: `#/components/schemas/${name}` });
const payment = (kinds: readonly string[]): object => ({
  type: "object",
  required: ["kind"],
  properties: { kind: { enum: kinds } },
});

const thenHas = (name: string, schema: object): object => ({
  // oxlint-disable-next-line unicorn/no-thenable -- a schema that is never awaited
  then: { properties: { [name]: schema } },
});

test("a union refers to its branches' enums, and an enum of one value tells branches apart", async () => {
  const schemas = { Card: payment(["card"]), Other: payment(["paypal", "invoice"]) };
  assert.deepEqual(await answerOf({ oneOf: [ref("Card"), ref("Other")] }, schemas), {
    schema: {
      anyOf: [{ $ref: "#/$defs/Card" }, { $ref: "#/$defs/Other" }],
      $defs: {
        Card: { type: "object", required: ["kind"], properties: { kind: { enum: ["card"] } } },
        Other: { type: "object", required: ["kind"], properties: { kind: { type: "string" } } },
      },
    },
    enums: {
      root: { refs: ["Card", "Other"] },
      named: {
        Card: { properties: { kind: { known: ["card"] } } },
        Other: { properties: { kind: { known: ["paypal", "invoice"] } } },
      },
    },
  });
});

test("says where a union's branch takes any value at a member that is an enum elsewhere", async () => {
  const free = { type: "object", properties: { kind: { type: "string" }, note: { type: "string" } } };
  const { enums } = await answerOf(
    { anyOf: [ref("Card"), ref("Free")] },
    { Card: payment(["card", "cash"]), Free: free },
  );
  assert.deepEqual(enums, {
    root: { refs: ["Card", "Free"] },
    named: {
      Card: { properties: { kind: { known: ["card", "cash"] } } },
      Free: { properties: { kind: { free: true } } },
    },
  });
});

test("keeps the names of a union's branch beside a branch that is a map of enums", async () => {
  const map = { type: "object", additionalProperties: { enum: ["on", "off"] } };
  const named = { type: "object", properties: { title: { type: "string" }, kind: { enum: ["a", "b"] } } };
  const { enums } = await answerOf({ anyOf: [ref("Map"), ref("Named")] }, { Map: map, Named: named });
  assert.partialDeepStrictEqual(enums, {
    named: { Map: { values: { known: ["on", "off"] } }, Named: { properties: { title: {} } } },
  });
});

test("a contract of unions that refer to each other gives as many trees as it has schemas", async () => {
  const names = Array.from({ length: 60 }, (_, index) => `S${index}`);
  const any = { anyOf: [{ type: "string" }, ...names.slice(0, 20).map(ref)] };
  const object = {
    type: "object",
    properties: { kind: { enum: ["a", "b"] }, left: any, right: { anyOf: names.map(ref) } },
  };
  const { enums } = await answerOf(any, Object.fromEntries(names.map((name) => [name, object])));
  assert.ok(JSON.stringify(enums).length < 100_000, `${JSON.stringify(enums).length} characters`);
});

test("in a union of an enum and any string no value is unknown", async () => {
  const { enums } = await answerOf({ anyOf: [{ enum: ["a", "b"] }, { type: "string" }] });
  assert.deepEqual(enums, { root: {}, named: {} });
});

test("a list of described constants is an enum", async () => {
  const described = {
    oneOf: [
      { const: "a", title: "A" },
      { const: "b", description: "the second" },
    ],
  };
  assert.deepEqual(await answerOf(described), {
    schema: { type: "string" },
    enums: { root: { known: ["a", "b"] }, named: {} },
  });
});

test("finds enums that may be null, of numbers, and of several types", async () => {
  const answer = {
    type: "object",
    properties: {
      nullable: { type: ["string", "null"], enum: ["a", "b", null] },
      numbers: { type: "integer", enum: [1, 2] },
      mixed: { enum: ["auto", 1, true] },
      flags: { enum: [true] },
    },
  };
  assert.deepEqual(await answerOf(answer), {
    schema: {
      type: "object",
      properties: {
        nullable: { type: ["string", "null"] },
        numbers: { type: "integer" },
        mixed: { type: ["string", "number", "boolean"] },
        flags: { enum: [true] },
      },
    },
    enums: {
      root: {
        properties: {
          nullable: { known: ["a", "b"] },
          numbers: { known: [1, 2] },
          mixed: { known: ["auto", 1] },
        },
      },
      named: {},
    },
  });
});

test("looks into lists, tuples, maps and combined schemas, but leaves `not` and `if` as they are", async () => {
  const state = { enum: ["on", "off"] };
  const answer = {
    type: "object",
    additionalProperties: { type: "array", prefixItems: [state], items: { enum: ["x", "y"] } },
    allOf: [{ properties: { a: state } }],
    not: { required: ["b"], properties: { b: state } },
    if: { properties: { c: state } },
    ...thenHas("d", state),
  };
  assert.deepEqual(await answerOf(answer), {
    schema: {
      type: "object",
      additionalProperties: { type: "array", prefixItems: [{ type: "string" }], items: { type: "string" } },
      allOf: [{ properties: { a: { type: "string" } } }],
      not: { required: ["b"], properties: { b: state } },
      if: { properties: { c: state } },
      ...thenHas("d", { type: "string" }),
    },
    enums: {
      root: {
        properties: { a: { known: ["on", "off"] }, d: { known: ["on", "off"] } },
        values: { items: { known: ["x", "y", "on", "off"] } },
      },
      named: {},
    },
  });
});

test("lists the named members beside a map, because they are not the map's", async () => {
  const { enums } = await answerOf({
    type: "object",
    properties: { name: { type: "string" } },
    additionalProperties: { enum: ["on", "off"] },
  });
  assert.deepEqual(enums, {
    root: { properties: { name: {} }, values: { known: ["on", "off"] } },
    named: {},
  });
});

test("leaves out names that lead to no enum, also in a circle", async () => {
  const schemas = {
    Plain: { type: "object", properties: { next: ref("Plain"), name: { type: "string" } } },
    Tagged: { type: "object", properties: { plain: ref("Plain"), tag: { enum: ["a", "b"] } } },
  };
  const { enums } = await answerOf({ type: "array", items: ref("Tagged") }, schemas);
  assert.deepEqual(enums, {
    root: { items: { refs: ["Tagged"] } },
    named: { Tagged: { properties: { tag: { known: ["a", "b"] } } } },
  });
});

test("reads a union that contains itself", async () => {
  const schemas = {
    Filter: { anyOf: [{ enum: ["all", "none"] }, ref("Filter"), { type: "array", items: ref("Filter") }] },
  };
  const { enums } = await answerOf(ref("Filter"), schemas);
  assert.partialDeepStrictEqual(enums, { named: { Filter: { known: ["all", "none"] } } });
});
