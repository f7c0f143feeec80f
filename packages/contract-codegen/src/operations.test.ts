import assert from "node:assert/strict";
import { test } from "node:test";
import { contractOf } from "./testing/contracts.ts";
import { compilerErrors, generatedContract } from "./testing/generated-module.ts";

const LIST = { type: "array", items: { type: "string" } };

test("tells which query parameters are repeated and which cannot be sent", async () => {
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

test("names no query parameter where all are plain", async () => {
  const { listThings } = await generatedContract(contractOf({ answer: {} }));
  assert.deepEqual([listThings?.repeated, listThings?.unsendable], [undefined, undefined]);
});

const STRING = { type: "string" };
const JSON_ANSWER = { 200: { description: "done", content: { "application/json": { schema: STRING } } } };
const NOTHING = { 204: { description: "done" } };

function contractAt(path: string, item: object) {
  const document = { openapi: "3.1.0", info: { title: "Things", version: "1" }, paths: { [path]: item } };
  return { source: "things.openapi.json", text: JSON.stringify(document) };
}

const needs = (name: string, place: string, rest: object = {}): object => ({
  parameters: [{ name, in: place, required: true, schema: STRING, ...rest }],
  responses: NOTHING,
});
const takes = (mediaType: string, required: boolean): object => ({
  requestBody: { required, content: { [mediaType]: { schema: STRING } } },
  responses: NOTHING,
});
const answers = (mediaType: string): object => ({
  responses: { 200: { description: "done", content: { [mediaType]: { schema: STRING } } } },
});

const LEFT_OUT: readonly (readonly [method: string, operation: object, why: RegExp, path?: string])[] = [
  ["head", { responses: JSON_ANSWER }, /^clients do not call HEAD$/],
  ["get", { responses: JSON_ANSWER }, /^its path holds a query or a fragment$/, "/#action=list"],
  ["get", { responses: JSON_ANSWER }, /^its path has \{id\}, which no parameter describes$/, "/things/{id}"],
  [
    "get",
    needs("id", "path", { style: "matrix" }),
    /^its path parameter id is not plain text$/,
    "/things{id}",
  ],
  ["get", needs("session", "cookie"), /^it needs the cookie session$/],
  ["get", needs("filter", "query", { style: "deepObject" }), /^it needs the query parameter filter/],
  ["post", takes("application/xml", true), /^its body is application\/xml, not JSON and no form$/],
  ["get", takes("application/json", true), /^it is a GET that needs a body$/],
  ["get", { responses: { 302: { description: "there" } } }, /^it lists no success \(302\)$/],
  ["get", {}, /^it lists no success \(nothing\)$/],
  ["post", { responses: { 303: { description: "there" } } }, /^it lists no success \(303\)$/],
];

for (const [method, operation, why, path = "/things"] of LEFT_OUT) {
  test(`says why an operation cannot be called: ${why.source}`, async () => {
    const contract = contractAt(path, { [method]: { operationId: "thing", ...operation } });
    assert.match((await generatedContract(contract))["thing"]?.leftOut ?? "nothing", why);
  });
}

test("knows header parameters, forms with their styles, and answers that stream", async () => {
  const upload = {
    parameters: [
      { name: "X-Tenant", in: "header", required: true, schema: STRING },
      { name: "X-Request-ID", in: "header", schema: STRING },
    ],
    requestBody: {
      content: {
        "application/x-www-form-urlencoded": { schema: { type: "object" } },
        "multipart/form-data": {
          schema: { type: "object", properties: { file: { type: "string", format: "binary" } } },
          encoding: { tags: { explode: false }, meta: { style: "deepObject", explode: true } },
        },
      },
    },
    responses: {
      200: {
        description: "done",
        content: { "application/pdf": { schema: { type: "string", format: "binary" } }, "image/*": {} },
      },
    },
  };
  const { thing } = await generatedContract(
    contractAt("/things", { post: { operationId: "thing", ...upload } }),
  );
  assert.deepEqual(
    [thing?.leftOut, thing?.headers, thing?.bodyType, thing?.formStyles, thing?.answerTypes],
    [
      undefined,
      ["X-Tenant"],
      "multipart/form-data",
      { tags: "comma", meta: "deepObject" },
      ["application/pdf", "image/*"],
    ],
  );
});

type Made = { readonly bodyType?: string; readonly empty?: string };
/** As Petstore's `addPet`. */
const ONLY_FAILURE = { responses: { 405: { description: "invalid" } } };
const MADE: readonly (readonly [what: string, method: string, operation: object, made: Made])[] = [
  ["no content", "delete", { responses: NOTHING }, { empty: "must" }],
  ["no content beside JSON", "put", { responses: { ...JSON_ANSWER, ...NOTHING } }, { empty: "may" }],
  ["only a default answer", "get", { responses: { default: JSON_ANSWER[200] } }, {}],
  ["no success listed, and is no GET", "post", ONLY_FAILURE, { empty: "must" }],
  ["a range of successes", "get", { responses: { "2XX": JSON_ANSWER[200], default: JSON_ANSWER[200] } }, {}],
  ["a header that every call has", "get", needs("X-Request-ID", "header"), { empty: "must" }],
  [
    "a body of another JSON media type",
    "patch",
    takes("application/merge-patch+json", true),
    { bodyType: "application/merge-patch+json", empty: "must" },
  ],
  [
    "a body of another JSON media type with parameters",
    "post",
    takes("application/vnd.api+json; charset=utf8", true),
    { bodyType: "application/vnd.api+json; charset=utf8", empty: "must" },
  ],
  ["an answer of another JSON media type", "get", answers("application/hal+json"), {}],
  ["an answer with parameters", "get", answers("Application/JSON; odata.metadata=minimal"), {}],
  ["any body", "post", takes("*/*", true), { bodyType: "*/*", empty: "must" }],
  ["an optional body of a DELETE", "delete", takes("text/plain", false), { empty: "must" }],
  ["an optional body of a GET", "get", takes("application/json", false), { empty: "must" }],
];

for (const [what, method, operation, made] of MADE) {
  test(`an operation can be called that has ${what}`, async () => {
    const contract = contractAt("/things", { [method]: { operationId: "thing", ...operation } });
    const { leftOut, bodyType, empty } = (await generatedContract(contract))["thing"] ?? {};
    assert.equal(leftOut, undefined);
    assert.deepEqual({ ...(bodyType && { bodyType }), ...(empty && { empty }) }, made);
  });
}

test("Answers has only operations that can be called: undefined without a body, unknown where it streams", async () => {
  const contract = contractAt("/things", {
    get: { operationId: "exported", ...answers("text/csv") },
    post: { operationId: "odd", ...takes("application/xml", true) },
    put: { operationId: "changed", responses: { ...JSON_ANSWER, ...NOTHING } },
    delete: { operationId: "deleted", responses: NOTHING },
  });
  const uses = `
    export const names: (keyof Answers)[] = ["changed", "deleted", "exported"];
    // @ts-expect-error -- it cannot be called
    export const other: keyof Answers = "odd";
    export const answers: Answers = { changed: undefined, deleted: undefined, exported: 1 };
    export const text: Answers["changed"] = "text";
  `;
  assert.deepEqual(await compilerErrors(contract, uses), []);
});

const served = (...urls: readonly string[]) => ({
  responses: JSON_ANSWER,
  ...(urls.length === 0 ? {} : { servers: urls.map((url) => ({ url })) }),
});
const SERVERS: readonly (readonly [
  what: string,
  root: readonly string[],
  operations: readonly (readonly string[])[],
  leftOut: readonly (string | undefined)[],
])[] = [
  ["none", [], [[], []], [undefined, undefined]],
  ["the document's, once more", ["//a.example/v1/"], [["https://a.example/v1"], []], [undefined, undefined]],
  [
    "the document's as the second",
    ["https://a.example"],
    [["/beta", "https://a.example"], []],
    [undefined, undefined],
  ],
  ["another than the document's", ["https://a.example"], [["/v2"], []], ["/v2", undefined]],
  ["only the operations' own", [], [["https://a.example"], ["https://a.example"]], [undefined, undefined]],
  ["the operations' own, one of another", [], [["/a"], ["/b"], ["/b"]], ["/a", undefined, undefined]],
];

for (const [what, root, operations, leftOut] of SERVERS) {
  test(`leaves out what another server answers: the servers are ${what}`, async () => {
    const paths = Object.fromEntries(
      operations.map((urls, index) => [`/${index}`, { get: served(...urls) }]),
    );
    const document = { openapi: "3.1.0", info: { title: "Things", version: "1" }, ...served(...root), paths };
    const contract = { source: "things.openapi.json", text: JSON.stringify(document) };
    const found = Object.values(await generatedContract(contract)).map((operation) => operation.leftOut);
    const why = (server: string | undefined) =>
      server && `it has a server of its own (${JSON.stringify(server)})`;
    assert.deepEqual(found, leftOut.map(why));
  });
}
