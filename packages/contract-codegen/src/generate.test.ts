import assert from "node:assert/strict";
import { test } from "node:test";
import { generate } from "./generate.ts";
import { contractOf } from "./testing/contracts.ts";
import { compilerErrors, generatedContract } from "./testing/generated-module.ts";

const COMMAND = "npm run generate";

const order = {
  type: "object",
  required: ["status"],
  additionalProperties: false,
  properties: {
    status: { enum: ["placed", "shipped"], description: "where it is" },
    placedAt: { type: "string", format: "date-time" },
  },
};

async function answerOf(answer: object, schemas: object = {}, openapi = "3.1.0"): Promise<unknown> {
  const { listThings } = await generatedContract(contractOf({ answer, schemas, openapi }));
  return listThings?.answer;
}

test("the same contract gives the same text, which says where it is from and how to regenerate it", async () => {
  const contract = contractOf({ answer: { $ref: "#/components/schemas/Order" }, schemas: { Order: order } });
  const { text } = generate(contract, COMMAND);
  assert.equal(generate(contract, COMMAND).text, text);
  assert.match(
    text,
    /^\/\/ Generated from things\.openapi\.json: do not edit\. To regenerate: npm run generate\n/,
  );
  assert.doesNotMatch(text, /^(import|export import|export (const )?enum|namespace)\b/m);
});

test("an answer's schema lets enums and objects grow, and has no annotations", async () => {
  assert.deepEqual(
    await answerOf({ type: "array", items: { $ref: "#/components/schemas/Order" } }, { Order: order }),
    {
      schema: {
        type: "array",
        items: { $ref: "#/$defs/Order" },
        $defs: {
          Order: {
            type: "object",
            required: ["status"],
            properties: { status: { type: "string" }, placedAt: { type: "string", format: "date-time" } },
          },
        },
      },
      enums: {
        root: { items: { refs: ["Order"] } },
        named: { Order: { properties: { status: { known: ["placed", "shipped"] } } } },
      },
    },
  );
});

test("a writeOnly member is not required in an answer", async () => {
  const answer = {
    type: "object",
    required: ["id", "password"],
    properties: { id: { type: "string" }, password: { type: "string", writeOnly: true } },
  };
  assert.deepEqual(await answerOf(answer), {
    schema: {
      type: "object",
      required: ["id"],
      properties: { id: { type: "string" }, password: { type: "string" } },
    },
    enums: { root: {}, named: {} },
  });
});

test("schemas that refer to each other in a circle are written once each", async () => {
  const node = {
    type: "object",
    properties: {
      kind: { enum: ["file", "folder"] },
      children: { type: "array", items: { $ref: "#/components/schemas/Node" } },
      owner: { $ref: "#/components/schemas/Owner" },
    },
  };
  const owner = { type: "object", properties: { home: { $ref: "#/components/schemas/Node" } } };
  assert.deepEqual(await answerOf({ $ref: "#/components/schemas/Node" }, { Node: node, Owner: owner }), {
    schema: {
      $ref: "#/$defs/Node",
      $defs: {
        Node: {
          type: "object",
          properties: {
            kind: { type: "string" },
            children: { type: "array", items: { $ref: "#/$defs/Node" } },
            owner: { $ref: "#/$defs/Owner" },
          },
        },
        Owner: { type: "object", properties: { home: { $ref: "#/$defs/Node" } } },
      },
    },
    enums: {
      root: { refs: ["Node"] },
      named: {
        Node: {
          properties: {
            kind: { known: ["file", "folder"] },
            children: { items: { refs: ["Node"] } },
            owner: { refs: ["Owner"] },
          },
        },
        Owner: { properties: { home: { refs: ["Node"] } } },
      },
    },
  });
});

test("the text grows with the number of schemas, not with the number of paths between them", async () => {
  // Not a thousand: openapi-typescript's checks follow a chain of references as deep as the stack
  // is.
  const names = Array.from({ length: 200 }, (_, index) => `S${index}`);
  const schemas = Object.fromEntries(
    names.map((name, index) => {
      const next = { $ref: `#/components/schemas/S${(index + 1) % names.length}` };
      return [
        name,
        { type: "object", properties: { left: next, right: next, state: { enum: ["on", "off"] } } },
      ];
    }),
  );
  const { text } = generate(contractOf({ answer: { $ref: "#/components/schemas/S0" }, schemas }), COMMAND);
  assert.ok(text.length < 200_000, `${text.length} characters`);
});

test("follows a reference into the middle of the document, and reads its escapes", async () => {
  const answer = {
    type: "object",
    properties: {
      status: { $ref: "#/components/schemas/Order/properties/status" },
      again: { $ref: "#/paths/~1things/get/responses/200/content/application~1json/schema/properties/tag" },
      tag: { type: "string", maxLength: 3 },
    },
  };
  assert.deepEqual(await answerOf(answer, { Order: order }), {
    schema: {
      type: "object",
      properties: {
        status: { $ref: "#/$defs/Order_properties_status" },
        again: {
          $ref: "#/$defs/paths_1things_get_responses_200_content_application_1json_schema_properties_tag",
        },
        tag: { type: "string", maxLength: 3 },
      },
      $defs: {
        Order_properties_status: { type: "string" },
        paths_1things_get_responses_200_content_application_1json_schema_properties_tag: {
          type: "string",
          maxLength: 3,
        },
      },
    },
    enums: {
      root: { properties: { status: { refs: ["Order_properties_status"] } } },
      named: { Order_properties_status: { known: ["placed", "shipped"] } },
    },
  });
});

test("reads nullable, exclusive limits and members beside a reference as OpenAPI 3.0 means them", async () => {
  const answer = {
    type: "object",
    properties: {
      note: { type: "string", nullable: true },
      kind: { type: "string", enum: ["a", "b"], nullable: true },
      share: { type: "number", minimum: 0, exclusiveMinimum: true, maximum: 1, exclusiveMaximum: false },
      order: { nullable: true, allOf: [{ $ref: "#/components/schemas/Order" }] },
      other: { $ref: "#/components/schemas/Order", maxProperties: 0 },
    },
  };
  assert.partialDeepStrictEqual(await answerOf(answer, { Order: order }, "3.0.3"), {
    schema: {
      properties: {
        note: { type: ["string", "null"] },
        kind: { type: ["string", "null"] },
        share: { type: "number", exclusiveMinimum: 0, maximum: 1 },
        order: { anyOf: [{ allOf: [{ $ref: "#/$defs/Order" }] }, { type: "null" }] },
        other: { $ref: "#/$defs/Order" },
      },
    },
    enums: { root: { properties: { kind: { known: ["a", "b"] } } } },
  });
});

const body = (type: string): object => ({
  content: { "application/json": { schema: { type } } },
  description: "",
});

test("accepts the JSON body of any success", async () => {
  const html = { content: { "text/html": { schema: { type: "integer" } } }, description: "" };
  const operation = { responses: { 200: body("string"), 202: body("null"), 203: html, 404: body("object") } };
  const { listThings } = await generatedContract(contractOf({ answer: {}, operation }));
  assert.deepEqual(listThings?.answer?.schema, { anyOf: [{ type: "string" }, { type: "null" }] });
});

test("reads an answer of any media type as JSON, because clients ask for JSON", async () => {
  const answer = { description: "", content: { "*/*": { schema: { type: "string" } } } };
  const { listThings } = await generatedContract(
    contractOf({ answer: {}, operation: { responses: { 200: answer } } }),
  );
  assert.deepEqual(listThings?.answer?.schema, { type: "string" });
});

test("an Idempotency-Key makes an operation idempotent, and a parameter keeps only its limits", async () => {
  const operation = {
    parameters: [
      { name: "limit", in: "query", schema: { type: "integer", maximum: 50, description: "how many" } },
      { name: "Idempotency-Key", in: "header", required: true, schema: { type: "string" } },
    ],
  };
  const { listThings } = await generatedContract(contractOf({ answer: {}, operation }));
  assert.equal(listThings?.idempotent, true);
  assert.deepEqual(listThings.parameters.query, { limit: { type: "integer", maximum: 50 } });
});

test("a property named __proto__ is like any other", async () => {
  const answer = JSON.parse('{"type":"object","properties":{"__proto__":{"enum":["a","b"]}}}');
  const found = await answerOf(answer);
  assert.match(JSON.stringify(found), /"properties":\{"__proto__":\{"type":"string"\}\}/);
  assert.match(JSON.stringify(found), /"properties":\{"__proto__":\{"known":\["a","b"\]\}\}/);
});

test("leaves out a pattern that is no regular expression, and says so in the header", async () => {
  const contract = contractOf({
    answer: { type: "object", properties: { code: { type: "string", pattern: "(?i)[" } } },
  });
  const { listThings } = await generatedContract(contract);
  assert.deepEqual(listThings?.answer?.schema, { type: "object", properties: { code: { type: "string" } } });
  assert.match(generate(contract, COMMAND).text, /\/\/ Not checked in answers:\n\/\/ - .*"\(\?i\)\["/);
});

test("leaves out a member pattern that is no regular expression, together with additionalProperties", async () => {
  const number = { type: "number" };
  const patternProperties = { "(?i)^x": number, "^y": number };
  const answer = { type: "object", patternProperties, additionalProperties: { type: "string" } };
  const { listThings } = await generatedContract(contractOf({ answer }));
  assert.deepEqual(listThings?.answer?.schema, { type: "object", patternProperties: { "^y": number } });
});

test("the types have 'unknown' in answers, and only the listed values in requests", async () => {
  const contract = contractOf({
    answer: { $ref: "#/components/schemas/Order" },
    schemas: { Order: order },
    operation: {
      requestBody: { content: { "application/json": { schema: { $ref: "#/components/schemas/Order" } } } },
    },
  });
  const answered = `const answer: Answers["listThings"] = { status: "unknown" };`;
  const sent = `type Sent = NonNullable<operations["listThings"]["requestBody"]>["content"]["application/json"];`;
  const uses = (status: string): string =>
    `${answered}\n${sent}\nexport const all: [typeof answer, Sent] = [answer, { status: "${status}" }];`;
  assert.deepEqual(await compilerErrors(contract, uses("placed")), []);
  assert.match(
    (await compilerErrors(contract, uses("unknown"))).join("\n"),
    /"unknown"' is not assignable to type '"placed" \| "shipped"'/,
  );
  assert.match(
    (
      await compilerErrors(contract, `declare const answer: Answers["listThings"]; answer.status = "placed";`)
    ).join("\n"),
    /read-only/,
  );
});

test("the types tell a union's branches apart by an enum of one value", async () => {
  const branch = (kind: string, member: string): object => ({
    type: "object",
    required: ["kind", member],
    properties: { kind: { enum: [kind] }, [member]: { type: "string" } },
  });
  const contract = contractOf({
    answer: { oneOf: [{ $ref: "#/components/schemas/Card" }, { $ref: "#/components/schemas/Invoice" }] },
    schemas: { Card: branch("card", "last4"), Invoice: branch("invoice", "iban") },
  });
  const uses = `export const told = (answer: Answers["listThings"]): string => answer.kind === "card" ? answer.last4 : answer.iban;`;
  assert.deepEqual(await compilerErrors(contract, uses), []);
});

test("the types may require members of an object that may be null", async () => {
  const Thing = { type: "object", nullable: true, properties: { name: { type: "string" } } };
  const answer = { allOf: [{ $ref: "#/components/schemas/Thing" }], required: ["name"] };
  const contract = contractOf({ answer, schemas: { Thing }, openapi: "3.0.3" });
  const uses = `export const name = (answer: Answers["listThings"]): string | undefined => answer?.name;`;
  assert.deepEqual(await compilerErrors(contract, uses), []);
});

test("reads a null beside a union, as converters write it, as one of its branches", async () => {
  const Value = {
    type: "null",
    oneOf: [{ type: "string" }, { type: "array", items: { type: "string" } }],
  };
  const contract = contractOf({ answer: { $ref: "#/components/schemas/Value" }, schemas: { Value } });
  const uses = `export const values: Answers["listThings"][] = [null, "a", ["b"]];`;
  assert.deepEqual(await compilerErrors(contract, uses), []);
});

test("the types of schemas that are lists of themselves compile, also through others", async () => {
  const to = (name: string): object => ({ $ref: `#/components/schemas/${name}` });
  const union = (...branches: object[]): object => ({ anyOf: [{ type: "string" }, ...branches] });
  const listOf = (items: object): object => ({ type: "array", items });
  const schemas = {
    // As in Vercel's document.
    Value: union(listOf(to("Value")), { type: "object", additionalProperties: to("Value") }),
    "Odd.Name": listOf(to("Odd.Name")),
    Left: listOf(to("Right")),
    Right: union(to("Left")),
    Tree: { type: "object", properties: { branches: listOf(to("Tree")), value: to("Value") } },
  };
  const properties = { value: to("Value"), odd: to("Odd.Name"), right: to("Right"), tree: to("Tree") };
  const contract = contractOf({ answer: { type: "object", properties }, schemas });
  const answer = (right: string): string =>
    `export const answer: Answers["listThings"] = { value: ["a", [{ b: ["c"] }]], odd: [[], [[]]], right: ${right}, tree: { branches: [{ value: "d" }] } };`;
  assert.deepEqual(await compilerErrors(contract, answer('[["e"]]')), []);
  assert.match((await compilerErrors(contract, answer("[[1]]"))).join(), /not assignable/);
});
