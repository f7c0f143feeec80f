import assert from "node:assert/strict";
import { test } from "node:test";
import { assert as check, constant, jsonValue, object, oneof, property } from "fast-check";
import { contract as catalog } from "../generated/catalog.ts";
import { contract as orders } from "../generated/orders.ts";
import { contract as recommendations } from "../generated/recommendations.ts";
import { contract as users } from "../generated/users.ts";
import { orderBody } from "../testing/bodies.ts";
import { operationOf } from "@triptych/upstream-client/contract";

const read = {
  user: operationOf<unknown>(users.getMe).read,
  order: operationOf<unknown>(orders.getOrder).read,
  orders: operationOf<unknown>(orders.listOrders).read,
  product: operationOf<unknown>(catalog.getProduct).read,
  slots: operationOf<unknown>(recommendations.listRecommendations).read,
};

const deep = (open: string, close: string): unknown =>
  JSON.parse(`${open.repeat(10_000)}${close.repeat(10_000)}`);

const HOSTILE: readonly (readonly [what: string, body: unknown])[] = [
  ["lists nested 10,000 deep", { orders: deep("[", "]"), nextCursor: null }],
  ["objects nested 10,000 deep", JSON.parse(`${'{"orders":'.repeat(10_000)}1${"}".repeat(10_000)}`)],
  ["a list of 400,000 numbers", { orders: Array.from({ length: 400_000 }, () => 0), nextCursor: null }],
  [
    "a list of 400,000 empty objects",
    { orders: Array.from({ length: 400_000 }, () => ({})), nextCursor: null },
  ],
  ["a number beyond all", JSON.parse(`{"orders":1e999,"nextCursor":null}`)],
  ["a cursor of a number with many digits", JSON.parse(`{"orders":[],"nextCursor":${"9".repeat(5_000)}}`)],
];

for (const [what, body] of HOSTILE) {
  test(`refuses ${what}`, () => {
    assert.equal(read.orders(body).ok, false);
  });
}

test("a body whose known fields are good may hide anything in fields that nobody knows", () => {
  const page = { orders: [], nextCursor: "\ud800", other: deep("[", "]") };
  assert.equal(read.orders(page).ok, true);
});

test("__proto__ and its like change nothing but themselves", () => {
  const polluted = JSON.parse(
    '{"orders":[],"nextCursor":null,"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}',
  );
  assert.equal(read.orders(polluted).ok, true);
  assert.equal("polluted" in {}, false);
});

const nested = (depth: number, last: unknown): unknown => {
  let body: unknown = last;
  for (let level = 0; level < depth; level += 1) body = { kind: "a", next: body };
  return body;
};

test("a contract that contains itself: deep good bodies are taken, and no depth throws", () => {
  const node = { type: "object", properties: { kind: { type: "string" }, next: { $ref: "#/$defs/Node" } } };
  const { read: readNode } = operationOf<unknown>({
    name: "getNode",
    method: "GET",
    path: "/node",
    idempotent: false,
    answer: {
      schema: { $ref: "#/$defs/Node", $defs: { Node: node } },
      enums: {
        root: { refs: ["Node"] },
        named: { Node: { properties: { kind: { known: ["a"] }, next: { refs: ["Node"] } } } },
      },
    },
  });
  assert.deepEqual(readNode(nested(50, { kind: "new" })), {
    ok: true,
    value: nested(50, { kind: "unknown" }),
    unknownValues: ["kind"],
  });
  const broken = readNode(nested(3, { kind: 1 }));
  assert.ok(!broken.ok);
  assert.equal(broken.violation.field, "/next/next/next/kind");
  for (const last of [{ kind: "a" }, { kind: "new" }, { kind: 1 }, 1]) {
    assert.doesNotThrow(() => readNode(nested(1_000_000, last)));
  }
  assert.equal(readNode(nested(1_000_000, 1)).ok, false);
});

test("no JSON makes it throw, and what it takes it took for a reason", () => {
  const anything = oneof(jsonValue(), object({ withNullPrototype: false }));
  const bodies = oneof(
    anything,
    anything.map((value) => orderBody({ lines: [value], shipment: value })),
  );
  check(
    property(bodies, oneof(constant("total"), constant("lines"), constant("status")), (value, name) => {
      const body = { ...orderBody(), [name]: value };
      for (const readBody of Object.values(read)) {
        const reading = readBody(value);
        assert.equal(reading.ok, false);
        readBody(body);
      }
    }),
  );
});
