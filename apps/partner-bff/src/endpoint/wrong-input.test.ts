import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import { FakeServices } from "../testing/fake-services.ts";
import { asGraphql, publishedContract, startPartner } from "../testing/running-partner.ts";
import type { Partner } from "../testing/running-partner.ts";

const JSON_TYPE = { "content-type": "application/json" };
const QUERY = '{"query":"{ viewer { name } }"}';
const PREFLIGHT = { "apollo-require-preflight": "true" };

type Wrong = { readonly what: string; readonly status: number } & Parameters<Partner["send"]>[0];

const DEEP = 20_000;
const extensions = (value: unknown) => `extensions=${encodeURIComponent(JSON.stringify(value))}`;
const HASH = "0".repeat(64);

/** Refused before GraphQL: all are problems. */
const WRONG: readonly Wrong[] = [
  { what: "JSON that ends too early", status: 400, headers: JSON_TYPE, body: '{"query":"{' },
  { what: "no body", status: 400, headers: JSON_TYPE },
  { what: "an empty body", status: 400, headers: JSON_TYPE, body: "" },
  { what: "a batch", status: 400, headers: JSON_TYPE, body: `[${QUERY},${QUERY}]` },
  { what: "a JSON string", status: 400, headers: JSON_TYPE, body: '"{ viewer { id } }"' },
  { what: "a JSON null", status: 400, headers: JSON_TYPE, body: "null" },
  { what: "very deep JSON", status: 400, headers: JSON_TYPE, body: "[".repeat(DEEP) + "]".repeat(DEEP) },
  { what: "no query", status: 400, headers: JSON_TYPE, body: '{"variables":{}}' },
  { what: "an empty query", status: 400, headers: JSON_TYPE, body: '{"query":""}' },
  {
    what: "a query that is a list",
    status: 400,
    headers: JSON_TYPE,
    body: '{"query":["{ viewer { id } }"]}',
  },
  { what: "variables as text", status: 400, headers: JSON_TYPE, body: '{"query":"{a}","variables":"{}"}' },
  { what: "variables as a list", status: 400, headers: JSON_TYPE, body: '{"query":"{a}","variables":[]}' },
  {
    what: "a numeric operationName",
    status: 400,
    headers: JSON_TYPE,
    body: '{"query":"{a}","operationName":1}',
  },
  {
    what: "a malformed hash",
    status: 400,
    headers: JSON_TYPE,
    body: '{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"__proto__"}}}',
  },
  {
    what: "a hash of another text",
    status: 400,
    headers: JSON_TYPE,
    body: `{"query":"{ viewer { id } }","extensions":{"persistedQuery":{"version":1,"sha256Hash":"${HASH}"}}}`,
  },
  { what: "no media type", status: 415, body: QUERY },
  { what: "plain text", status: 415, headers: { "content-type": "text/plain" }, body: QUERY },
  {
    what: "GraphQL text",
    status: 415,
    headers: { "content-type": "application/graphql" },
    body: "{ viewer { id } }",
  },
  {
    what: "a form",
    status: 415,
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: "query={viewer{id}}",
  },
  {
    what: "an upload",
    status: 415,
    headers: { "content-type": "multipart/form-data; boundary=x" },
    body: "--x--",
  },
  {
    what: "another charset",
    status: 415,
    headers: { "content-type": "application/json; charset=x-none" },
    body: QUERY,
  },
  {
    what: "a charset that hides ASCII",
    status: 415,
    headers: { "content-type": "application/json; charset=utf-7" },
    body: QUERY,
  },
  {
    what: "a compressed body",
    status: 415,
    headers: { ...JSON_TYPE, "content-encoding": "gzip" },
    body: gzipSync(QUERY),
  },
  {
    what: "a body over the cap",
    status: 413,
    headers: JSON_TYPE,
    body: `{"query":"${" ".repeat(100_001)}"}`,
  },
  {
    what: "an Accept that we cannot answer",
    status: 406,
    headers: { ...JSON_TYPE, accept: "image/png" },
    body: QUERY,
  },
  { what: "PUT", status: 405, method: "PUT", headers: JSON_TYPE, body: QUERY },
  { what: "DELETE", status: 405, method: "DELETE" },
  { what: "a GET without a document", status: 400, method: "GET" },
  {
    what: "a GET with a doubled parameter",
    status: 400,
    method: "GET",
    path: "/partner/graphql?query=a&query=b",
  },
  { what: "a GET with an unknown parameter", status: 400, method: "GET", path: "/partner/graphql?qeury=a" },
  {
    what: "a GET with variables that are not JSON",
    status: 400,
    method: "GET",
    path: "/partner/graphql?query=a&variables=b",
  },
  {
    what: "a GET with a list of variables",
    status: 400,
    method: "GET",
    path: "/partner/graphql?query=a&variables=[]",
  },
  {
    what: "a GET with a hash of a version to come",
    status: 400,
    method: "GET",
    path: `/partner/graphql?${extensions({ persistedQuery: { version: 2, sha256Hash: HASH } })}`,
  },
  { what: "another path", status: 404, method: "GET", path: "/partner/graphql/" },
  { what: "another spelling", status: 404, method: "GET", path: "/partner/GraphQL" },
  { what: "a path that climbs", status: 404, method: "GET", path: "/partner/..%2Fgraphql" },
  { what: "a path with a broken escape", status: 404, method: "GET", path: "/partner/%E0%A4%A" },
];

describe("wrong input", () => {
  for (const { what, status, ...sent } of WRONG) {
    test(`${what} is a ${status} problem, and no call`, async () => {
      await using services = await FakeServices.start();
      await using partner = await startPartner(services);
      const answer = await partner.send({ ...sent, headers: { ...PREFLIGHT, ...sent.headers } });
      assert.equal(answer.status, status, answer.text);
      assert.equal(answer.headers["content-type"], "application/problem+json");
      assert.doesNotMatch(answer.text, /stack|node_modules|SyntaxError/);
      assert.equal(services.calls.length, 0);
      assert.equal(partner.log("unhandled error").length, 0);
    });
  }

  test("a wrong method is answered with the right ones", async () => {
    await using services = await FakeServices.start();
    await using partner = await startPartner(services);
    assert.equal((await partner.send({ method: "PATCH" })).headers["allow"], "GET, POST");
  });

  test("a HEAD is refused without a body", async () => {
    await using services = await FakeServices.start();
    await using partner = await startPartner(services);
    const { status, text } = await partner.send({ method: "HEAD" });
    assert.deepEqual({ status, text }, { status: 405, text: "" });
  });

  test("a doubled Txn-Token, and one that no header may carry, are refused", async () => {
    await using services = await FakeServices.start();
    await using partner = await startPartner(services);
    for (const token of [["a", "b"], "t\u00e9", "a b", ""]) {
      const headers = { ...JSON_TYPE, "txn-token": token };
      assert.equal((await partner.send({ headers, body: QUERY })).status, 401, String(token));
    }
    assert.equal(services.calls.length, 0);
  });
});

test("a GET that a page of another site could cause is refused", async () => {
  await using services = await FakeServices.start();
  await using partner = await startPartner(services);
  const [home] = (await publishedContract()).operations;
  const path = `/partner/graphql?${extensions({ persistedQuery: { version: 1, sha256Hash: home?.name.slice(0, 64) } })}`;
  const { status, text } = await partner.send({ method: "GET", path });
  assert.equal(status, 400);
  assert.match(asGraphql({ status, text, headers: {} }).errors[0]?.message ?? "", /Cross-Site/);
  assert.equal(services.calls.length, 0);
});

test("a subscription, which the schema does not have, is a mistake of the client's and no bug", async () => {
  await using services = await FakeServices.start();
  await using partner = await startPartner(services);
  const { status, data, errors } = await partner.ask("subscription { orderShipped { id } }");
  assert.equal(status, 200);
  assert.equal(data, undefined);
  assert.equal(errors[0]?.extensions.code, "GRAPHQL_VALIDATION_FAILED");
  assert.equal(errors[0]?.message, "The schema has no subscriptions.");
  assert.equal(partner.log("a section failed by a bug of ours").length, 0);
});
