import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { buildSchema, getOperationAST, parse } from "graphql";
import { FakeServices } from "../testing/fake-services.ts";
import { publishedContract, startPartner } from "../testing/running-partner.ts";
import { measureOperation } from "./measure-operation.ts";

/** Only the cost depends on the schema. */
const SCHEMA = buildSchema("type Query { a: Int }");

function shape(text: string) {
  const document = parse(text);
  const operation = getOperationAST(document, undefined) ?? getOperationAST(document, "Q");
  assert.ok(operation);
  return measureOperation({ schema: SCHEMA, document, operation });
}

describe("the shape of an operation", () => {
  test("is as deep as its deepest leaf, through fragments, which add no level", () => {
    assert.equal(shape("{ a }").depth, 1);
    assert.equal(shape("{ a { b } c { d { e } } }").depth, 3);
    assert.equal(shape("{ a { ...F } } fragment F on T { b { ... on U { c } } }").depth, 3);
    assert.equal(shape(`{ ${"a { ".repeat(8)}b${" }".repeat(8)} }`).depth, 9);
  });

  test("has no depth of introspection's", () => {
    assert.equal(shape("{ __schema { types { fields { type { name } } } } }").depth, 0);
    assert.equal(shape("{ a { __typename } }").depth, 1);
  });

  test("counts aliases and directives everywhere, and again for each spread of a fragment", () => {
    const { aliases, directives } = shape(`query Q($v: Int @d) @d {
      x: a @d { y: b ...F @d ...F } ... @d { c }
    } fragment F on T @d { z: e @d }`);
    assert.deepEqual({ aliases, directives }, { aliases: 4, directives: 9 });
  });

  test("is measured in no time where fragments multiply, and where they spread themselves", () => {
    const chain = Array.from(
      { length: 60 },
      (_, i) => `fragment F${i} on T { ...F${i + 1} ...F${i + 1} x: a }`,
    );
    const { aliases } = shape(`query Q { ...F0 } ${chain.join(" ")} fragment F60 on T { a }`);
    assert.equal(aliases, 2 ** 60 - 1);
    assert.equal(shape("{ ...F } fragment F on T { x: a { ...F } }").aliases, 1);
  });
});

/**
 * A query of exactly so many tokens: 5 around the rest, and 6 for each fragment. More than some
 * hundred ids side by side are too many for GraphQL.js.
 */
function ofTokens(count: number): string {
  const fragments = Math.floor((count - 7) / 6);
  return `{ viewer { ${"... on Viewer { id } ".repeat(fragments)} ${"id ".repeat(count - 5 - 6 * fragments)} } }`;
}
const ofAliases = (count: number) =>
  `{ viewer { ${Array.from({ length: count }, (_, i) => `a${i}: id`).join(" ")} } }`;
const ofDirectives = (count: number) => `{ viewer { id ${"... @skip(if: false) { id } ".repeat(count)} } }`;
/** viewer is 1; orders with n fields below is 1 + 50 n. */
const TEN_FIELDS = "pageInfo { hasNextPage } edges { node { id number status placedAt total { amount } } }";
/**
 * Ten of them: 1 + 10 (1 + 50 × 10) = 5,011; with 9 fields below the last: 4,961; and plain
 * fields to fill up.
 */
function ofCost(cost: number): string {
  const orders = (index: number, fields: string) => `a${index}: orders(first: 50) { ${fields} }`;
  const nine = Array.from({ length: 9 }, (_, index) => orders(index, TEN_FIELDS)).join(" ");
  const nearly = 1 + 9 * (1 + 50 * 10) + (1 + 50 * 9);
  const last = orders(9, TEN_FIELDS.replace("id ", ""));
  return `{ viewer { ${nine} ${last} ${"id ".repeat(cost - nearly)} } }`;
}

const BOUNDARIES = [
  {
    limit: "tokens",
    fits: ofTokens(1_000),
    over: ofTokens(1_001),
    code: "GRAPHQL_PARSE_FAILED",
    says: /1000 tokens/,
  },
  {
    limit: "aliases",
    fits: ofAliases(15),
    over: ofAliases(16),
    code: "GRAPHQL_VALIDATION_FAILED",
    says: /15 aliases, this one has 16/,
  },
  {
    limit: "directives",
    fits: ofDirectives(50),
    over: ofDirectives(51),
    code: "GRAPHQL_VALIDATION_FAILED",
    says: /50 directives, this one has 51/,
  },
  {
    limit: "cost",
    fits: ofCost(5_000),
    over: ofCost(5_001),
    code: "GRAPHQL_VALIDATION_FAILED",
    says: /may cost 5000, this one costs 5001/,
  },
  {
    limit: "depth",
    fits: "{ viewer { orders { edges { node { lines { product { price { amount } } } } } } } }",
    // The schema goes no deeper: that it says so as well is no reason to leave our word out.
    over: "{ viewer { orders { edges { node { lines { product { price { amount { a } } } } } } } } }",
    code: "GRAPHQL_VALIDATION_FAILED",
    says: /8 levels of fields, this one has 9/,
  },
] as const;

describe("limits", () => {
  for (const { limit, fits, over, code, says } of BOUNDARIES) {
    test(`${limit}: what just fits is answered, one more is refused without a call`, async () => {
      await using services = await FakeServices.start();
      await using partner = await startPartner(services);
      const answered = await partner.ask(fits);
      assert.deepEqual(answered.errors, []);
      services.calls.length = 0;
      for (const [accept, status] of [
        ["application/json", 200],
        ["application/graphql-response+json", 400],
      ] as const) {
        const refused = await partner.ask(over, {}, { headers: { accept } });
        assert.equal(refused.status, status);
        assert.equal(refused.data, undefined);
        assert.deepEqual(new Set(refused.errors.map(({ extensions }) => extensions.code)), new Set([code]));
        assert.ok(
          refused.errors.some(({ message }) => says.test(message)),
          refused.text,
        );
      }
      assert.equal(services.calls.length, 0);
    });
  }

  test("the cost counts a variable's value, a default, and what fragments bring", async () => {
    await using services = await FakeServices.start();
    await using partner = await startPartner(services);
    const query = `query ($n: Int = 10) { viewer { ${Array.from({ length: 15 }, (_, i) => `a${i}: orders(first: $n) { ...F }`).join(" ")} } }
      fragment F on OrderConnection { ${TEN_FIELDS} }`;
    assert.deepEqual((await partner.ask(query)).errors, []);
    // 1 + 15 (1 + 34 × 10) = 5,116
    const { errors } = await partner.ask(query, { n: 34 });
    assert.match(errors[0]?.message ?? "", /costs 5116/);
    // The schema's default of 10 where nothing is said: 1 + 15 (1 + 10 × 10)
    const byDefault = query.replaceAll("(first: $n)", "").replace("($n: Int = 10)", "");
    assert.deepEqual((await partner.ask(byDefault)).errors, []);
  });

  test("the cost counts an order's lines five times", async () => {
    await using services = await FakeServices.start();
    await using partner = await startPartner(services);
    const orders = (count: number) =>
      Array.from({ length: count }, (_, i) => `a${i}: orders(first: 50) { ...F }`).join(" ");
    const query = (count: number) =>
      `{ viewer { ${orders(count)} } } fragment F on OrderConnection { edges { node { lines { product { id } } } } }`;
    // 1 + 11 (1 + 50 × (3 + 5 × 2))
    const { errors } = await partner.ask(query(11));
    assert.match(errors[0]?.message ?? "", /costs 7162/);
    assert.equal(services.calls.length, 0);
    assert.deepEqual((await partner.ask(query(7))).errors, []);
    // The same in a single order: 1 + 1 + 5 × 2
    assert.deepEqual((await partner.ask('{ order(id: "o-1") { lines { product { id } } } }')).errors, []);
  });

  test("registered documents may ask for the longest lists", async () => {
    await using services = await FakeServices.start();
    await using partner = await startPartner(services);
    const { operations } = await publishedContract();
    const homes = operations.filter(({ text }) => text.includes("$recommendations: Int"));
    assert.notEqual(homes.length, 0);
    for (const { text } of homes) {
      assert.deepEqual((await partner.ask(text, { orders: 50, recommendations: 50 })).errors, []);
    }
  });

  test("each operation of a document is measured by itself", async () => {
    await using services = await FakeServices.start();
    await using partner = await startPartner(services);
    const both = `query A ${ofAliases(10)} query B ${ofAliases(10)}`;
    const received = await partner.send({
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query: both, operationName: "B" }),
    });
    assert.equal(received.status, 200);
    assert.doesNotMatch(received.text, /errors/);
  });

  test("the worst document that fits the tokens is refused in no time", async () => {
    await using services = await FakeServices.start();
    await using partner = await startPartner(services);
    const chain = Array.from(
      { length: 70 },
      (_, i) => `fragment F${i} on Viewer { ...F${i + 1} ...F${i + 1} id }`,
    );
    const query = `{ viewer { ...F0 } } ${chain.join(" ")} fragment F70 on Viewer { id }`;
    const { errors } = await partner.ask(query);
    assert.match(errors[0]?.message ?? "", /may cost 5000/);
  });
});
