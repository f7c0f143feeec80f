import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { generate } from "./generate.ts";
import { contractOf } from "./testing/contracts.ts";
import { compilerErrors, generatedContract } from "./testing/generated-module.ts";

const JSON_TEXT = {
  200: { description: "", content: { "application/json": { schema: { type: "string" } } } },
};

/** A contract with an operation for each id, at `/0`, `/1`, … */
function contractWith(ids: readonly string[]) {
  const paths = Object.fromEntries(
    ids.map((operationId, index) => [`/${index}`, { get: { operationId, responses: JSON_TEXT } }]),
  );
  return {
    source: "things.openapi.json",
    text: JSON.stringify({ openapi: "3.1.0", info: { title: "Things", version: "1" }, paths }),
  };
}

describe("an operation's method", () => {
  const cases: readonly (readonly [what: string, ids: readonly string[], methods: readonly string[]])[] = [
    ["what a promise has", ["then", "catch", "finally"], ["then_", "catch_", "finally_"]],
    [
      "what an object has",
      ["constructor", "toString", "__proto__", "hasOwnProperty", "toJSON"],
      ["constructor_", "toString_", "__proto___", "hasOwnProperty_", "toJSON_"],
    ],
    [
      "a word of the language",
      ["await", "default", "class", "delete"],
      ["await_", "default_", "class_", "delete_"],
    ],
    ["a name that another has after renaming", ["then", "then_", "then_2"], ["then_3", "then_", "then_2"]],
    ["an earlier operation's name", ["list", "list", "then", "then"], ["list", "GET /1", "then_", "GET /3"]],
    ["another operation's method and path", ["GET /1", "GET /0"], ["GET /0", "GET /1"]],
    ["nothing", ["", " "], ["GET /0", "GET /1"]],
  ];
  for (const [what, ids, methods] of cases) {
    test(`is not called as ${what}`, async () => {
      assert.deepEqual(Object.keys(await generatedContract(contractWith(ids))), methods);
    });
  }

  test("has the same name in the types", async () => {
    const uses = `export const names: Record<keyof Answers, string> = { then_: "", "GET /1": "", __proto___: "" };`;
    assert.deepEqual(await compilerErrors(contractWith(["then", "", "__proto__"]), uses), []);
  });

  test("keeps every other name, also one that code has to quote", async () => {
    const ids = ["9lives", "repos/list all", 'a"b', "*/x", "thenable", "Then", "of"];
    const contract = contractWith(ids);
    assert.deepEqual(Object.keys(await generatedContract(contract)), ids);
    assert.deepEqual(await compilerErrors(contract, ""), []);
  });
});

test("a property, a schema and a parameter may be named as a keyword or as what every object has", async () => {
  const names = (
    "type const enum $ref required properties items example examples default discriminator allOf $defs x-a " +
    "then constructor toString __proto__"
  ).split(" ");
  const named = (value: (name: string) => object): object =>
    Object.fromEntries(names.map((name) => [name, value(name)]));
  const contract = contractOf({
    answer: {
      type: "object",
      required: names,
      properties: named((name) => ({ $ref: `#/components/schemas/${name}` })),
    },
    schemas: named((name) => ({ type: "object", properties: { [name]: { enum: ["a", "b"] } } })),
    operation: { parameters: names.map((name) => ({ name, in: "query", schema: { type: "string" } })) },
  });
  const { listThings } = await generatedContract(contract);
  assert.deepEqual(Object.keys(listThings?.parameters.query ?? {}), names);
  const known = JSON.stringify(listThings?.answer?.enums).match(/"known":\["a","b"\]/g);
  assert.equal(known?.length, names.length);
  const values = names.map((name) => `answer["${name}"]["${name}"]`).join();
  const uses = `export const values = (answer: Answers["listThings"]): ("a" | "b" | "unknown" | undefined)[] => [${values}];`;
  assert.deepEqual(await compilerErrors(contract, uses), []);
});

describe("a reference in data", () => {
  const reference = { $ref: "#/nothing", discriminator: { propertyName: "a" }, allOf: ["a"] };

  test("is data in schemas, parameters, bodies and operations", async () => {
    const data: Readonly<Record<string, object>> = {
      example: reference,
      examples: [reference],
      default: { $ref: "other.yaml" },
      const: { $ref: "#/nothing" },
      enum: [{ $ref: "https://a.example/b.json" }],
      "x-thing": reference,
    };
    const properties = Object.fromEntries(
      Object.entries(data).map(([keyword, value]) => [keyword, { [keyword]: value }]),
    );
    const schema = { type: "object", properties };
    const media = { schema, example: reference, examples: { a: { value: reference } } };
    const contract = contractOf({
      answer: schema,
      schemas: { Thing: schema },
      operation: {
        "x-thing": reference,
        parameters: Object.entries(properties).map(([name, value]) => ({
          name,
          in: "query",
          schema: value,
          example: reference,
          "x-thing": reference,
        })),
        requestBody: { content: { "application/json": media } },
      },
    });
    assert.ok((await generatedContract(contract))["listThings"]);
    assert.deepEqual(await compilerErrors(contract, ""), []);
  });

  test("is data in an extension of the paths and of the answers", async () => {
    const responses = { ...JSON_TEXT, "x-thing": reference };
    const paths = { "x-thing": reference, "/things": { get: { operationId: "listThings", responses } } };
    const document = {
      openapi: "3.1.0",
      info: { title: "Things", version: "1" },
      paths,
      "x-thing": reference,
    };
    const contract = { source: "things.openapi.json", text: JSON.stringify(document) };
    assert.deepEqual(Object.keys(await generatedContract(contract)), ["listThings"]);
    assert.deepEqual(await compilerErrors(contract, ""), []);
  });

  test("that a discriminator maps a value to may lead nowhere, and be no reference", async () => {
    const branch = (kind: string) => ({
      type: "object",
      required: ["kind"],
      properties: { kind: { enum: [kind] }, [kind]: { type: "string" } },
    });
    const mapping = {
      card: "#/components/schemas/Card",
      cash: "Cash",
      cheque: "#/components/schemas/Cheque",
      other: "other.yaml#/Other",
      number: 1,
    };
    const oneOf = [{ $ref: "#/components/schemas/Card" }, { $ref: "#/components/schemas/Cash" }];
    const contract = contractOf({
      answer: { oneOf, discriminator: { propertyName: "kind", mapping } },
      schemas: { Card: branch("card"), Cash: branch("cash") },
    });
    const uses = `export const told = (answer: Answers["listThings"]): string | undefined => answer.kind === "card" ? answer.card : answer.cash;`;
    assert.deepEqual(await compilerErrors(contract, uses), []);
  });

  test("is renamed only where it is a reference", async () => {
    const status = { enum: ["#/components/schemas/Thing", "b"] };
    const Thing = { type: "object", properties: { status } };
    const content = { "application/json": { schema: { $ref: "#/components/schemas/Thing" } } };
    const contract = contractOf({
      answer: { $ref: "#/components/schemas/Thing" },
      schemas: { Thing },
      operation: { requestBody: { content } },
    });
    const uses = `export const sent: components["schemas"]["ThingRequest"] = { status: "#/components/schemas/Thing" };`;
    assert.deepEqual(await compilerErrors(contract, uses), []);
  });
});

test("a path with a line's end does not end the header's comment", () => {
  const responses = {
    200: { description: "", content: { "application/json": { schema: { pattern: "(?i)[" } } } },
  };
  const paths = { "/a\nexport const broken = 1": { get: { responses } } };
  const text = JSON.stringify({ openapi: "3.1.0", info: { title: "Things", version: "1" }, paths });
  assert.doesNotMatch(
    generate({ source: "things.openapi.json", text }, "npm run generate").text,
    /^export const broken/m,
  );
});
