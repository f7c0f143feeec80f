import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { FindingCode } from "../finding.ts";
import { compareGraphql } from "./compare-graphql.ts";

const SCHEMA = `
type Query {
  viewer: Viewer!
  order(id: ID!): Order
  search(text: String!, filter: Filter, first: Int = 10): [Hit!]!
  own(by: Own): [Hit!]!
  one(by: One!): Order
}
type Mutation { cancelOrder(id: ID!, reason: CancelReason!): Order }
type Viewer { id: ID!  name: String  tier: Tier  orders(first: Int = 10, after: String): [Order!] }
type Order implements Node { id: ID!  number: String!  status: Status!  placedAt: DateTime!  weight: Int  note: String  secret: String }
type Product implements Node { id: ID!  title: String! }
interface Node { id: ID! }
union Hit = Order | Product
input Filter { tiers: [Tier!]  cheap: Boolean = false }
input One { id: ID  number: String }
input Own { tiers: [Tier!]  more: Boolean = false }
scalar DateTime
enum Status { PLACED  SHIPPED  UNKNOWN }
enum Tier { GOLD  SILVER  UNKNOWN }
enum CancelReason { CHANGED_MIND  TOO_SLOW }
`;

const OPERATIONS = new Map([
  [
    "home.graphql",
    "query Home { viewer { id name orders(first: 3) { ...Card } } } fragment Card on Order { id number status placedAt weight }",
  ],
  ["more.graphql", "query More($full: Boolean!) { viewer { orders { id note @include(if: $full) } } }"],
  [
    "search.graphql",
    "query Search($text: String!, $filter: Filter) { search(text: $text, filter: $filter) { __typename ... on Node { id } ... on Product { title } } }",
  ],
  ["one.graphql", "query One($by: One!) { one(by: $by) { id } }"],
  [
    "few.graphql",
    'query Few($first: Int) { search(text: "a", first: $first) { __typename } own(by: { tiers: [GOLD] }) { __typename } }',
  ],
  [
    "cancel.graphql",
    "mutation Cancel($id: ID!, $reason: CancelReason!) { cancelOrder(id: $id, reason: $reason) { status } }",
  ],
]);

type Row = readonly [name: string, from: string, to: string];

const NOTICED: readonly (readonly [FindingCode, ...Row])[] = [
  ["document-invalid", "a selected field is gone", "number: String!", ""],
  ["document-invalid", "a field must have an argument", "viewer: Viewer!", "viewer(at: ID!): Viewer!"],
  [
    "document-invalid",
    "an argument is gone",
    "orders(first: Int = 10, after: String)",
    "orders(after: String)",
  ],
  [
    "document-invalid",
    "a new argument is required",
    "reason: CancelReason!)",
    "reason: CancelReason!, key: String!)",
  ],
  ["document-invalid", "an argument is of another type", "cancelOrder(id: ID!", "cancelOrder(id: Int!"],
  ["document-invalid", "a mutation is gone", "cancelOrder(", "dropOrder("],
  ["field-removed", "a type leaves an interface", "type Product implements Node", "type Product"],
  ["null-added", "a field may be null", "number: String!", "number: String"],
  ["null-added", "the elements of a list may be null", "after: String): [Order!]", "after: String): [Order]"],
  ["type-changed", "a field is of another type", "weight: Int", "weight: Float"],
  ["format-changed", "a scalar becomes another", "placedAt: DateTime!", "placedAt: String!"],
  ["value-unknown", "an enum has one more value", "PLACED  SHIPPED", "PLACED  SHIPPED  ON_HOLD"],
  [
    "value-unknown",
    "a union has one more member, and clients tell members apart by name",
    "union Hit = Order | Product",
    "union Hit = Order | Product | Shop\ntype Shop { name: String }",
  ],
  ["value-refused", "a variable no longer takes a value", "CHANGED_MIND  TOO_SLOW", "CHANGED_MIND"],
  ["default-changed", "an omitted argument means something else", "after: String)", 'after: String = "x")'],
  [
    "default-changed",
    "an omitted field of an input means something else",
    "cheap: Boolean = false",
    "cheap: Boolean = true",
  ],
  ["field-refused", "a field of an input is gone", "cheap: Boolean = false", "dear: Boolean = false"],
  [
    "field-required",
    "a new field of an input is required",
    "cheap: Boolean = false",
    "cheap: Boolean = false  shop: ID!",
  ],
  ["limit-changed", "an input takes exactly one field", "input One {", "input One @oneOf {"],
  [
    "default-changed",
    "an argument whose variable may be left out means something else",
    "search(text: String!, filter: Filter, first: Int = 10)",
    "search(text: String!, filter: Filter, first: Int = 5)",
  ],
  [
    "null-refused",
    "an argument refuses the null that its variable may be",
    "search(text: String!, filter: Filter, first: Int = 10)",
    "search(text: String!, filter: Filter, first: Int! = 10)",
  ],
  [
    "default-changed",
    "a field that an operation's own input leaves out means something else",
    "more: Boolean = false",
    "more: Boolean = true",
  ],
  ["null-refused", "a field of an input may no longer be null", "tiers: [Tier!]", "tiers: [Tier!]! = []"],
];

const UNNOTICED: readonly (readonly [breaking: boolean, ...Row])[] = [
  [true, "a field that no operation selects is gone", "secret: String", ""],
  [
    true,
    "a field that no operation selects must have an argument",
    "viewer: Viewer!\n  order(id: ID!): Order",
    "viewer: Viewer!\n  order(id: ID!, at: ID!): Order",
  ],
  [true, "a field that no operation selects is of another type", "secret: String", "secret: Int"],
  [true, "an enum that is only read has one value less", "PLACED  SHIPPED", "PLACED"],
  [false, "a new field", "number: String!", "number: String!  total: Int!"],
  [false, "a new type", "scalar DateTime", "scalar DateTime\ntype Money { amount: Int! }"],
  [false, "a new optional argument", "first: Int = 10, after", "first: Int = 10, last: Int, after"],
  [false, "a field is no longer nullable", "name: String", "name: String!"],
  [false, "a variable takes one more value", "CHANGED_MIND  TOO_SLOW", "CHANGED_MIND  TOO_SLOW  OTHER"],
  [false, "an input has a new optional field", "tiers: [Tier!]", "tiers: [Tier!]  brand: String"],
  [false, "an argument may now be left out", "reason: CancelReason!", "reason: CancelReason"],
  [false, "descriptions", "scalar DateTime", '"RFC 3339" scalar DateTime'],
  [false, "a field is deprecated", "note: String", 'note: String @deprecated(reason: "nobody reads it")'],
  [
    false,
    "a default that every operation overrides",
    "search(text: String!, filter: Filter, first: Int = 10)",
    "search(text: String!, filter: Filter, first: Int = 10, wide: Boolean = true)",
  ],
];

async function changed(from: string, to: string, operations = OPERATIONS) {
  assert.ok(SCHEMA.includes(from), `the sample has no ${from}`);
  return compareGraphql(
    { schema: SCHEMA, operations: OPERATIONS },
    { schema: SCHEMA.replace(from, to), operations },
  );
}

describe("a change of the schema that a registered operation notices", () => {
  for (const [code, name, from, to] of NOTICED) {
    it(name, async () => {
      const { findings, unnoticed } = await changed(from, to);
      assert.ok(
        findings.some((finding) => finding.code === code),
        JSON.stringify(findings),
      );
      assert.deepEqual(unnoticed, []);
    });
  }

  it("a registered document is gone", async () => {
    const operations = new Map([...OPERATIONS].filter(([file]) => file !== "home.graphql"));
    const { findings } = await changed("", "", operations);
    assert.deepEqual(
      findings.map(({ code, operation }) => [code, operation]),
      [["document-removed", "query Home"]],
    );
  });
});

describe("a change of the schema that no registered operation notices", () => {
  for (const [breaking, name, from, to] of UNNOTICED) {
    it(name, async () => {
      const { findings, unnoticed } = await changed(from, to);
      assert.deepEqual(findings, []);
      assert.equal(unnoticed.length > 0, breaking, unnoticed.join("; "));
    });
  }

  it("a document that was registered later may ask for what is new", async () => {
    const operations = new Map([...OPERATIONS, ["total.graphql", "query Total { order(id: 1) { total } }"]]);
    assert.deepEqual(
      (await changed("number: String!", "number: String!  total: Int!", operations)).findings,
      [],
    );
  });
});

it("names a schema that GraphQL refuses as a whole", async () => {
  const missing = changed("name: String  tier", "name: Nowhere  tier");
  await assert.rejects(missing, { name: "GuardError", message: /Unknown type "Nowhere"/ });
  const invalid = changed("input One { id: ID", "input One @oneOf { id: ID!");
  await assert.rejects(invalid, { name: "GuardError", message: /One\.id/ });
});
