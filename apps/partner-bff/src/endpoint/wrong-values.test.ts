import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { FakeServices } from "../testing/fake-services.ts";
import { asGraphql, startPartner } from "../testing/running-partner.ts";

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

  test("a whole number that JSON rounds never names another order", async () => {
    await using services = await FakeServices.start();
    await using partner = await startPartner(services);
    const headers = { "content-type": "application/json" };
    const query = JSON.stringify("query ($v: ID!) { order(id: $v) { id } }");
    for (const number of ["9007199254740993", "-9007199254740993", "9.007199254740993e15"]) {
      for (const value of [number, `[${number}]`]) {
        const body = `{"query":${query},"variables":{"v":${value}}}`;
        const { status, errors } = asGraphql(await partner.send({ headers, body }));
        assert.deepEqual([status, errors[0]?.extensions.code], [400, "BAD_USER_INPUT"], value);
        assert.equal(errors[0]?.message, "$v holds a whole number beyond 2^53 - 1: send it as text.");
      }
    }
    assert.equal(services.calls.length, 0);
    // In the document, and as text, an id is never a number.
    await partner.ask("{ order(id: 9007199254740993) { id } }");
    await partner.ask("query ($v: ID!) { order(id: $v) { id } }", { v: "9007199254740993" });
    const paths = services.calls.map(({ url }) => url.pathname);
    assert.deepEqual(paths, ["/orders/9007199254740993", "/orders/9007199254740993"]);
  });

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

function cursor(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
