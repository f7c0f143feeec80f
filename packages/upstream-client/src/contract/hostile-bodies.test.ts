import assert from "node:assert/strict";
import { test } from "node:test";
import { assert as check, constant, jsonValue, object, oneof, property } from "fast-check";
import { contract, loanBody } from "../testing/library.ts";
import { operationOf } from "./operation-of.ts";

const { read: readLoan } = operationOf<unknown>(contract.getLoan);
const { read: readPage } = operationOf<unknown>(contract.listLoans);

const deep = (open: string, close: string): unknown =>
  JSON.parse(`${open.repeat(10_000)}${close.repeat(10_000)}`);

const HOSTILE: readonly (readonly [what: string, body: unknown])[] = [
  ["lists nested 10,000 deep", { loans: deep("[", "]"), nextCursor: null }],
  ["objects nested 10,000 deep", JSON.parse(`${'{"loans":'.repeat(10_000)}1${"}".repeat(10_000)}`)],
  ["a list of 400,000 numbers", { loans: Array.from({ length: 400_000 }, () => 0), nextCursor: null }],
  [
    "a list of 400,000 empty objects",
    { loans: Array.from({ length: 400_000 }, () => ({})), nextCursor: null },
  ],
  ["a number beyond all", JSON.parse(`{"loans":1e999,"nextCursor":null}`)],
  ["a cursor of a number with many digits", JSON.parse(`{"loans":[],"nextCursor":${"9".repeat(5_000)}}`)],
];

for (const [what, body] of HOSTILE) {
  test(`refuses ${what}`, () => {
    assert.equal(readPage(body).ok, false);
  });
}

test("fields that the contract does not know may hold anything", () => {
  const page = { loans: [], nextCursor: "\ud800", other: deep("[", "]") };
  assert.equal(readPage(page).ok, true);
});

test("__proto__ and the like change nothing else", () => {
  const polluted = JSON.parse(
    '{"loans":[],"nextCursor":null,"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}',
  );
  assert.equal(readPage(polluted).ok, true);
  assert.equal("polluted" in {}, false);
});

const nested = (depth: number, last: unknown): unknown => {
  let body: unknown = last;
  for (let level = 0; level < depth; level += 1) body = { kind: "a", next: body };
  return body;
};

test("a recursive contract: deep good bodies are taken, and no depth throws", () => {
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

test("no JSON makes it throw, and no arbitrary JSON is taken for a loan", () => {
  const anything = oneof(jsonValue(), object({ withNullPrototype: false }));
  const bodies = oneof(
    anything,
    anything.map((value) => ({ loans: [value], nextCursor: value })),
  );
  check(
    property(bodies, oneof(constant("fee"), constant("books"), constant("status")), (value, name) => {
      assert.equal(readLoan(value).ok, false);
      readLoan({ ...loanBody(), [name]: value });
      readPage(value);
    }),
  );
});
