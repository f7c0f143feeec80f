import assert from "node:assert/strict";
import { test } from "node:test";
import { compilerErrors, generatedContract } from "./testing/generated-module.ts";

const STRING = { type: "string" };
const JSON_ANSWER = { 200: { description: "done", content: { "application/json": { schema: STRING } } } };
const NOTHING = { 204: { description: "done" } };

function contractOf(path: string, item: object) {
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
  ["put", needs("If-Match", "header"), /^it needs the header If-Match$/],
  ["get", needs("session", "cookie"), /^it needs the cookie session$/],
  ["get", needs("filter", "query", { style: "deepObject" }), /^it needs the query parameter filter/],
  ["post", takes("multipart/form-data", true), /^its body is multipart\/form-data, not JSON$/],
  ["patch", takes("application/x-www-form-urlencoded", false), /^its body is application\/x-www/],
  ["get", takes("application/json", true), /^it is a GET that needs a body$/],
  ["get", answers("text/csv"), /^its answer is text\/csv, not application\/json$/],
  ["get", answers("application/hal+json"), /^its answer is application\/hal\+json/],
  ["get", { responses: { 302: { description: "there" } } }, /^it lists no success \(302\)$/],
  ["get", {}, /^it lists no success \(nothing\)$/],
  ["post", { responses: { 303: { description: "there" } } }, /^it lists no success \(303\)$/],
  ["get", { servers: [{ url: "/v2" }], responses: JSON_ANSWER }, /^it has a server of its own \("\/v2"\)$/],
];

for (const [method, operation, why, path = "/things"] of LEFT_OUT) {
  test(`an operation that cannot be called says why: ${why.source}`, async () => {
    const contract = contractOf(path, { [method]: { operationId: "thing", ...operation } });
    assert.match((await generatedContract(contract))["thing"]?.leftOut ?? "nothing", why);
  });
}

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
    "a JSON of some kind",
    "patch",
    takes("application/merge-patch+json", true),
    { bodyType: "application/merge-patch+json", empty: "must" },
  ],
  ["any body", "post", takes("*/*", true), { bodyType: "*/*", empty: "must" }],
  ["a body that a DELETE can do without", "delete", takes("text/plain", false), { empty: "must" }],
  ["a body that a GET must not have", "get", takes("application/json", false), { empty: "must" }],
];

for (const [what, method, operation, made] of MADE) {
  test(`an operation can be called that has ${what}`, async () => {
    const contract = contractOf("/things", { [method]: { operationId: "thing", ...operation } });
    const { leftOut, bodyType, empty } = (await generatedContract(contract))["thing"] ?? {};
    assert.equal(leftOut, undefined);
    assert.deepEqual({ ...(bodyType && { bodyType }), ...(empty && { empty }) }, made);
  });
}

test("only what can be called has an answer among the types, and one without a body is undefined", async () => {
  const contract = contractOf("/things", {
    get: { operationId: "exported", ...answers("text/csv") },
    put: { operationId: "changed", responses: { ...JSON_ANSWER, ...NOTHING } },
    delete: { operationId: "deleted", responses: NOTHING },
  });
  const uses = `
    export const names: (keyof Answers)[] = ["changed", "deleted"];
    // @ts-expect-error -- it is not JSON
    export const other: keyof Answers = "exported";
    export const answers: Answers = { changed: undefined, deleted: undefined };
    export const text: Answers["changed"] = "text";
  `;
  assert.deepEqual(await compilerErrors(contract, uses), []);
});
