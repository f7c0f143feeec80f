import assert from "node:assert/strict";
import { test } from "node:test";
import { compileReplaceUnknown } from "./unknown-values.ts";
import type { EnumPositions } from "./unknown-values.ts";

const STATE: EnumPositions = { known: ["on", "off"] };

type Case = {
  readonly what: string;
  readonly root: EnumPositions;
  readonly named?: Record<string, EnumPositions>;
  readonly body: unknown;
  readonly answer: unknown;
  readonly fields: readonly string[];
};

const CASES: readonly Case[] = [
  {
    what: "known values stay",
    root: { properties: { state: STATE } },
    body: { state: "on" },
    answer: { state: "on" },
    fields: [],
  },
  {
    what: "each field is named once, without indices",
    root: { properties: { all: { items: { properties: { state: STATE, kind: STATE } } } } },
    body: { all: [{ state: "new" }, { state: "on", kind: "x" }, { state: "newer" }] },
    answer: { all: [{ state: "unknown" }, { state: "on", kind: "unknown" }, { state: "unknown" }] },
    fields: ["all.state", "all.kind"],
  },
  {
    what: "a list of enums, and a list of lists",
    root: { properties: { tags: { items: { items: STATE } } } },
    body: { tags: [["on", "x"], [], "off"] },
    answer: { tags: [["on", "unknown"], [], "off"] },
    fields: ["tags"],
  },
  {
    what: "keys of maps are not part of the field's name",
    root: { properties: { rooms: { values: STATE } } },
    body: { rooms: { kitchen: "dim", hall: "on" } },
    answer: { rooms: { kitchen: "unknown", hall: "on" } },
    fields: ["rooms.*"],
  },
  {
    what: "the enums of a union's branches are one list",
    root: { refs: ["Card", "Other"] },
    named: {
      Card: { properties: { kind: { known: ["card"] } } },
      Other: { properties: { kind: { known: ["cash"] } } },
    },
    body: { kind: "cash" },
    answer: { kind: "cash" },
    fields: [],
  },
  {
    what: "where one branch of a union takes any value no value is unknown",
    root: { refs: ["Card", "Free"] },
    named: {
      Card: { properties: { kind: { known: ["card"] }, state: STATE } },
      Free: { properties: { kind: { free: true } } },
    },
    body: { kind: "else", state: "new" },
    answer: { kind: "else", state: "unknown" },
    fields: ["state"],
  },
  {
    what: "a member that is named as what every object has",
    root: { refs: ["Card", "Other"] },
    named: { Card: { properties: { constructor: STATE } }, Other: { properties: { toString: STATE } } },
    body: { constructor: "new", toString: "on" },
    answer: { constructor: "unknown", toString: "on" },
    fields: ["constructor"],
  },
  {
    what: "a map beside members that the contract names",
    root: { properties: { named: {} }, values: STATE },
    body: { named: "x", other: "x" },
    answer: { named: "x", other: "unknown" },
    fields: ["*"],
  },
  {
    what: "the answer itself",
    root: STATE,
    body: "x",
    answer: "unknown",
    fields: [""],
  },
  {
    what: "null, objects and lists where an enum is due are not its business",
    root: { properties: { a: STATE, b: STATE, c: STATE } },
    body: { a: null, b: { state: "x" }, c: ["x"] },
    answer: { a: null, b: { state: "x" }, c: ["x"] },
    fields: [],
  },
  {
    what: "numbers",
    root: { items: { known: [1, 2] } },
    body: [1, 2, 3],
    answer: [1, 2, "unknown"],
    fields: [""],
  },
  {
    what: "two names for one place know what either knows",
    root: { refs: ["A", "B"] },
    named: {
      A: { properties: { kind: { known: ["a"] }, next: { refs: ["A"] } } },
      B: { properties: { kind: { known: ["b"] }, next: { refs: ["B"] } } },
    },
    body: { kind: "b", next: { kind: "a", next: { kind: "c" } } },
    answer: { kind: "b", next: { kind: "a", next: { kind: "unknown" } } },
    fields: ["kind"],
  },
  {
    what: "the same name at two places is two fields; inside itself it is one",
    root: { properties: { left: { refs: ["Node"] }, right: { refs: ["Node"] } } },
    named: { Node: { properties: { state: STATE, below: { items: { refs: ["Node"] } } } } },
    body: {
      left: { state: "x", below: [{ state: "y" }, { below: [{ state: "z" }] }] },
      right: { state: "x" },
    },
    answer: {
      left: { state: "unknown", below: [{ state: "unknown" }, { below: [{ state: "unknown" }] }] },
      right: { state: "unknown" },
    },
    fields: ["left.state", "right.state"],
  },
  {
    what: "members that the prototype has are not members",
    root: { properties: { constructor: STATE, toString: { properties: { name: STATE } } } },
    body: {},
    answer: {},
    fields: [],
  },
  {
    what: "a member named __proto__ is replaced like any other",
    root: { values: STATE },
    body: JSON.parse('{"__proto__":"x"}'),
    answer: JSON.parse('{"__proto__":"unknown"}'),
    fields: ["*"],
  },
];

for (const { what, root, named = {}, body, answer, fields } of CASES) {
  test(what, () => {
    assert.deepEqual(compileReplaceUnknown({ root, named })(structuredClone(body)), { answer, fields });
  });
}
