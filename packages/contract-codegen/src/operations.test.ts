import assert from "node:assert/strict";
import { test } from "node:test";
import { contractOf } from "./testing/contracts.ts";
import { generatedContract } from "./testing/generated-module.ts";

const LIST = { type: "array", items: { type: "string" } };

test("a contract says which lists are repeated in the query, and what has a form of its own", async () => {
  const parameter = (name: string, rest: object): object => ({ name, in: "query", ...rest });
  const operation = {
    parameters: [
      parameter("value", { schema: { type: "string" } }),
      parameter("commas", { schema: LIST, explode: false }),
      parameter("exploded", { schema: LIST }),
      parameter("either", { schema: { anyOf: [{ type: "string" }, { $ref: "#/components/schemas/List" }] } }),
      parameter("piped", { schema: LIST, style: "pipeDelimited" }),
      parameter("deep", { schema: { type: "object" }, style: "deepObject" }),
      parameter("expand", { schema: LIST, style: "deepObject", explode: true }),
      parameter("object", { schema: { type: "object" } }),
      parameter("objects", { schema: { type: "array", items: { type: "object" } } }),
      parameter("json", { content: { "application/json": { schema: LIST } } }),
      { name: "header", in: "header", schema: LIST },
    ],
  };
  const { listThings } = await generatedContract(
    contractOf({ answer: {}, schemas: { List: LIST }, operation }),
  );
  assert.deepEqual(listThings?.repeated, ["exploded", "either"]);
  assert.deepEqual(listThings.unsendable, ["piped", "deep", "expand", "object", "objects", "json"]);
});

test("nothing is said where every parameter is plain", async () => {
  const { listThings } = await generatedContract(contractOf({ answer: {} }));
  assert.deepEqual([listThings?.repeated, listThings?.unsendable], [undefined, undefined]);
});
