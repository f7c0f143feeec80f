import assert from "node:assert/strict";
import { test } from "node:test";
import { contractOf } from "./testing/contracts.ts";
import { compilerErrors, generatedContract } from "./testing/generated-module.ts";

const RESPONSE = "#/paths/~1things/get/responses/200/content/application~1json/schema";
const THING = {
  type: "object",
  properties: { id: { type: "string" }, parts: { type: "array", items: { $ref: RESPONSE } } },
};

/**
 * `GET /things` answers a thing and takes `kind`; `/others` only has references into it.
 */
function withOthers(get: object, openapi = "3.1.0") {
  const { source, text } = contractOf({ answer: THING, openapi });
  const document = JSON.parse(text);
  document.paths["/things"].get.parameters = [
    { name: "kind", in: "query", schema: { type: "string", nullable: true } },
  ];
  document.paths["/others"] = { get: { operationId: "listOthers", ...get } };
  return { source, text: JSON.stringify(document) };
}

const answerOf = (schema: object): object => ({
  responses: { 200: { description: "others", content: { "application/json": { schema } } } },
});

test("references into a path's operation become types that compile", async () => {
  const operation = {
    parameters: [
      { $ref: "#/paths/~1things/get/parameters/0" },
      { name: "sort", in: "query", schema: { $ref: "#/paths/~1things/get/parameters/0/schema" } },
    ],
    ...answerOf({
      type: "object",
      required: ["thing", "part", "parts"],
      properties: {
        thing: { $ref: RESPONSE },
        part: { $ref: `${RESPONSE}/properties/parts/items` },
        parts: { $ref: `${RESPONSE}/properties/parts` },
      },
    }),
  };
  const uses = `
    declare const others: Answers["listOthers"];
    export const ids: (string | undefined)[] = [others.thing.id, others.part.parts?.[0]?.id, others.parts[0]?.id];
    // @ts-expect-error -- there is no such field
    export const none = others.part.none;
    export const query: operations["listOthers"]["parameters"]["query"] = { kind: "a", sort: "b" };
  `;
  assert.deepEqual(await compilerErrors(withOthers(operation), uses), []);
});

test("a whole answer, and a whole path, may be a reference to another's", async () => {
  const contract = withOthers({ responses: { 200: { $ref: "#/paths/~1things/get/responses/200" } } });
  const document = JSON.parse(contract.text);
  document.paths["/same"] = { $ref: "#/paths/~1others", delete: { operationId: "deleteSame" } };
  const uses = `
    declare const same: paths["/same"]["get"]["responses"][200]["content"]["application/json"];
    export const id: Answers["listOthers"]["id"] = same.id;
    type paths = import("./generated.ts").paths;
  `;
  assert.deepEqual(await compilerErrors({ ...contract, text: JSON.stringify(document) }, uses), []);
});

test("reads a schema outside the usual places as OpenAPI 3.0 too", async () => {
  const { source, text } = contractOf({ answer: { $ref: "#/definitions/Note" }, openapi: "3.0.3" });
  const definitions = { Note: { type: "string", nullable: true } };
  const contract = await generatedContract({
    source,
    text: JSON.stringify({ ...JSON.parse(text), definitions }),
  });
  assert.deepEqual(contract["listThings"]?.answer?.schema, {
    $ref: "#/$defs/definitions_Note",
    $defs: { definitions_Note: { type: ["string", "null"] } },
  });
});

test("callbacks and extensions may refer to nothing", async () => {
  const operation = {
    callbacks: { done: { "{$url}": { $ref: "other.yaml#/done" } } },
    "x-code": { $ref: "code.md" },
  };
  const { listThings } = await generatedContract(contractOf({ answer: THING, operation }));
  assert.ok(listThings?.answer);
});

test("a schema may be referred to by its anchor", async () => {
  const schemas = { Order: { $defs: { id: { $anchor: "order-id", type: "integer" } } } };
  const { listThings } = await generatedContract(contractOf({ answer: { $ref: "#order-id" }, schemas }));
  assert.deepEqual(listThings?.answer?.schema, {
    $ref: "#/$defs/order-id",
    $defs: { "order-id": { type: "integer" } },
  });
  await assert.rejects(
    generatedContract(contractOf({ answer: { $ref: "#none" } })),
    /"#none" points at nothing/,
  );
});

test("reads YAML's merge keys", async () => {
  const text = `
openapi: 3.1.0
info: { title: Things, version: "1" }
x-ok: &ok { description: things }
paths: { /things: { get: { operationId: listThings, responses: { 200: { <<: *ok, content: { application/json: {} } } } } } }
`;
  const { listThings } = await generatedContract({ source: "things.openapi.yaml", text });
  assert.ok(listThings?.answer);
});
