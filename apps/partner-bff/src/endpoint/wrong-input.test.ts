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

  test("a wrong method is told the right ones", async () => {
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

describe("wrong values", () => {
  const ids = [
    "",
    "..%2F",
    "../x",
    "a/b",
    "%00",
    "\u0000",
    "%2e%2e",
    "//host",
    "a b",
    "é",
    "x".repeat(65),
    "x".repeat(8_192),
  ];
  const cursors = [
    "",
    "abc",
    "==",
    "WzEsbnVsbF0=",
    "x".repeat(8_192),
    cursor([101, null]),
    cursor([-1, null]),
  ];
  const keys = ["", "1234567", "x".repeat(129), "with space", "tab\tinside", "ünicode-key"];
  const wrong = [
    ...ids.map((id) => ({ query: "query ($v: ID!) { order(id: $v) { id } viewer { name } }", value: id })),
    ...ids.map((id) => ({ query: "query ($v: ID!) { product(id: $v) { id } viewer { name } }", value: id })),
    ...[0, -1, 51, 2_147_483_647].flatMap((first) => [
      { query: "query ($v: Int) { viewer { name orders(first: $v) { edges { cursor } } } }", value: first },
      { query: "query ($v: Int) { viewer { name recommendations(first: $v) { because } } }", value: first },
    ]),
    ...cursors.map((after) => ({
      query: "query ($v: String) { viewer { name orders(after: $v) { edges { cursor } } } }",
      value: after,
    })),
    ...keys.map((key) => ({
      query: 'mutation ($v: String!) { cancelOrder(id: "o-1", reason: OTHER, idempotencyKey: $v) { id } }',
      value: key,
    })),
  ];

  for (const accept of ["application/json", "application/graphql-response+json", "*/*"]) {
    test(`are all BAD_USER_INPUT, a 400, and no call, for who accepts ${accept}`, async () => {
      await using services = await FakeServices.start();
      await using partner = await startPartner(services);
      for (const { query, value } of wrong) {
        const label = `${query} with ${String(value).slice(0, 80)}`;
        const answer = await partner.ask(query, { v: value }, { headers: { accept } });
        assert.equal(answer.status, 400, label);
        assert.equal(answer.errors[0]?.extensions.code, "BAD_USER_INPUT", label);
        assert.equal(answer.data, undefined, label);
      }
      assert.equal(services.calls.length, 0);
    });
  }

  test("are found inside fragments, and behind a directive that leaves them out", async () => {
    await using services = await FakeServices.start();
    await using partner = await startPartner(services);
    const answer = await partner.ask(
      "query { viewer { ...A } } fragment A on Viewer { ... on Viewer { orders(first: 51) @skip(if: true) { edges { cursor } } } }",
    );
    assert.equal(answer.errors[0]?.extensions.code, "BAD_USER_INPUT");
  });

  test("of another type are refused by GraphQL, in its own words", async () => {
    await using services = await FakeServices.start();
    await using partner = await startPartner(services);
    const coerced = await partner.ask(
      "query ($v: Int) { viewer { orders(first: $v) { edges { cursor } } } }",
      {
        v: "many",
      },
    );
    assert.deepEqual([coerced.status, coerced.errors[0]?.extensions.code], [200, "BAD_USER_INPUT"]);
    const literal = await partner.ask('{ viewer { orders(first: "many") { edges { cursor } } } }');
    assert.deepEqual(
      [literal.status, literal.errors[0]?.extensions.code],
      [200, "GRAPHQL_VALIDATION_FAILED"],
    );
    const unknown = await partner.ask("query A { viewer { id } } query B { viewer { id } }");
    assert.deepEqual(
      [unknown.status, unknown.errors[0]?.extensions.code],
      [200, "OPERATION_RESOLUTION_FAILURE"],
    );
    assert.equal(services.calls.length, 0);
  });

  test("50, and variables that are named like parts of every object, are fine", async () => {
    await using services = await FakeServices.start();
    await using partner = await startPartner(services);
    const { errors } = await partner.ask(
      "query ($v: Int, $__proto__: ID!) { viewer { orders(first: $v) { edges { cursor } } } order(id: $__proto__) { id } }",
      JSON.parse('{"v":50,"__proto__":"__proto__","constructor":1}'),
    );
    assert.deepEqual(errors, []);
  });
});

describe("what an error may tell", () => {
  const hints = [
    { query: "{ viewer { nam } }", variables: {} },
    { query: "{ viewr { id } }", variables: {} },
    { query: "query ($v: CancelReason!) { viewer { id @include(if: $v) } }", variables: { v: "OTHR" } },
    {
      query:
        'mutation ($v: CancelReason!) { cancelOrder(id: "o-1", reason: $v, idempotencyKey: "12345678") { id } }',
      variables: { v: "OTHR" },
    },
  ];
  for (const { query, variables } of hints) {
    test(`no name of the schema that the client did not write: ${query}`, async () => {
      await using services = await FakeServices.start();
      await using partner = await startPartner(services);
      const { errors, text } = await partner.ask(query, variables);
      assert.notEqual(errors.length, 0);
      assert.doesNotMatch(text, /did you mean|"name\b|viewer"|OTHER/i);
    });
  }

  test("in development it suggests", async () => {
    await using services = await FakeServices.start();
    await using partner = await startPartner(services, { development: true });
    assert.match((await partner.ask("{ viewer { nam } }")).text, /Did you mean/);
  });

  test("introspection is refused unless it is on", async () => {
    await using services = await FakeServices.start();
    await using closed = await startPartner(services);
    const refused = await closed.ask("{ __schema { types { name } } }");
    assert.equal(refused.data, undefined);
    assert.equal(refused.errors[0]?.extensions.code, "GRAPHQL_VALIDATION_FAILED");
    await using open = await startPartner(services, { introspection: true });
    assert.match((await open.ask("{ __schema { types { name } } }")).text, /"OrderConnection"/);
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

function cursor(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
