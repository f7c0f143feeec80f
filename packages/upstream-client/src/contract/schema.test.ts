import assert from "node:assert/strict";
import { test } from "node:test";
import { contract, loanBody, memberBody } from "../testing/library.ts";
import { operationOf } from "./operation-of.ts";
import { withOwnChecks, withUsedDefinitions } from "./schema.ts";
import { compileValidator } from "./validator.ts";

const operation = operationOf(contract.getLoan);
const read = (body: unknown) => operation.read(body, { formats: "enforce" });

const DAYS = ["2024-02-29", "2000-02-29", "2026-02-28", "2026-04-30", "2026-12-31", "0004-02-29"];
const NOT_DAYS = [
  "2023-02-29",
  "1900-02-29",
  "2026-02-30",
  "2026-04-31",
  "2026-13-01",
  "2026-00-10",
  "2026-01-00",
  "2026-01-32",
  "2026-1-01",
  "02026-01-01",
  " 2026-01-01",
  "2026-01-01\n",
];

test("takes the days of the calendar, in a date and in a date-time, and no other", () => {
  for (const [days, taken] of [
    [DAYS, true],
    [NOT_DAYS, false],
  ] as const) {
    for (const day of days) {
      assert.equal(read(loanBody({ startedAt: `${day}T00:00:00Z` })).ok, taken, `date-time ${day}`);
      assert.equal(read(loanBody({ reminder: { channel: "", dueOn: day } })).ok, taken, `date ${day}`);
    }
  }
});

test("takes any text for a URI: screens decide which addresses they send", () => {
  for (const photo of ["https://a.example/b?c=d", "javascript:alert(1)", "//a.example/b", "a b", ""]) {
    assert.ok(read(loanBody({ member: memberBody({ photo }) })).ok, photo);
  }
  assert.ok(!read(loanBody({ member: memberBody({ photo: null }) })).ok);
});

test("every date-time that it takes is one that Date takes", () => {
  const all = ["2026-01-01", "2024-02-29", "0000-01-01", "9999-12-31"].flatMap((day) =>
    ["T00:00:00", "t23:59:59", "T12:30:15.5", "T12:30:15.123456789"].flatMap((time) =>
      ["Z", "z", "+00:00", "-23:59", "+14:00"].map((zone) => `${day}${time}${zone}`),
    ),
  );
  for (const startedAt of all) {
    assert.ok(read(loanBody({ startedAt })).ok, startedAt);
    assert.ok(!Number.isNaN(Date.parse(startedAt)), startedAt);
  }
});

/** An answer with an integer at each kind of place. */
const NUMBERED = {
  type: "object",
  properties: {
    id: { type: "integer", format: "int64" },
    parentId: { type: ["integer", "null"], format: "int64", maximum: 2 ** 63 },
    total: { type: "integer" },
    idType: { type: "integer", format: "int64" },
    ids: { type: "array", items: { $ref: "#/$defs/Id" } },
    byName: { type: "object", additionalProperties: { type: "number", format: "int64" } },
    eitherId: { anyOf: [{ type: "string" }, { type: "integer" }] },
    properties: { type: "integer" },
    small: { type: "integer", minimum: 1, maximum: 9 },
    weight: { type: "number" },
  },
  $defs: { Id: { type: "integer" } },
};

for (const [json, field] of [
  ['{"id":9007199254740993}', "/id"],
  ['{"id":9007199254740992}', "/id"],
  ['{"id":-9007199254740993}', "/id"],
  ['{"id":9223372036854775807}', "/id"],
  ['{"id":1e300}', "/id"],
  ['{"parentId":9007199254740993}', "/parentId"],
  ['{"idType":9007199254740993}', "/idType"],
  ['{"ids":[1,9007199254740993]}', "/ids/1"],
  ['{"byName":{"a":9007199254740993}}', "/byName/a"],
  ['{"eitherId":9007199254740993}', "/eitherId"],
  ['{"small":10}', "/small"],
  ['{"total":9007199254740993}', "/total"],
  ['{"total":1e400}', "/total"],
  ['{"total":-1e400}', "/total"],
  ['{"total":1.5}', "/total"],
  ['{"weight":1e400}', "/weight"],
  ['{"byName":{"maximum":9007199254740993}}', "/byName/maximum"],
  ['{"properties":9007199254740993}', "/properties"],
] as const) {
  test(`refuses ${json}, which JSON.parse may have rounded, or which is no number of its type`, () => {
    assert.equal(compileValidator(NUMBERED, "annotate").violation(JSON.parse(json))?.field, field);
  });
}

test("takes integers that JSON.parse does not round, ids as text, and large numbers that are no integers", () => {
  for (const json of [
    '{"id":9007199254740991,"parentId":-9007199254740991,"ids":[0],"total":-0}',
    '{"parentId":null,"eitherId":"9007199254740993","small":9}',
    '{"weight":1e300,"unknown":9007199254740993}',
  ]) {
    assert.equal(compileValidator(NUMBERED, "annotate").violation(JSON.parse(json)), undefined, json);
  }
});

test("leaves constants and lists of values as the contract has them", () => {
  const schema = { const: { type: "integer" }, enum: [{ type: "integer" }], required: ["type"] };
  assert.deepEqual(withOwnChecks(schema, "enforce"), schema);
});

test("a member that is named as a keyword, or as what every object has, is a member like any other", () => {
  for (const name of ["toString", "constructor", "__proto__", "hasOwnProperty", "const", "enum", "$ref"]) {
    const object = (value: unknown): object =>
      JSON.parse(`{${JSON.stringify(name)}:${JSON.stringify(value)}}`);
    const schema = { type: "object", properties: object({ type: "string", format: "date" }) };
    const optional = compileValidator(schema, "enforce").violation;
    assert.equal(optional({}), undefined, name);
    assert.equal(optional(object("2026-01-31")), undefined, name);
    assert.equal(optional(object("2026-01-32"))?.field, `/${name}`);
    const required = compileValidator({ ...schema, required: [name] }, "enforce").violation;
    assert.equal(required(object("2026-01-31")), undefined, name);
    assert.notEqual(required({}), undefined, name);
    const closed = compileValidator({ ...schema, additionalProperties: false }, "enforce").violation;
    assert.equal(closed(object("2026-01-31")), undefined, name);
  }
});

test("keeps only the definitions that a schema refers to, directly or not", () => {
  const $defs = {
    Used: { properties: { next: { $ref: "#/$defs/Next" }, again: { $ref: "#/$defs/Used" } } },
    Next: { type: "string" },
    Other: { $ref: "#/$defs/Used" },
  };
  const used = withUsedDefinitions({ type: "array", items: { $ref: "#/$defs/Used" }, $defs });
  assert.deepEqual(Object.keys(Object(used["$defs"])), ["Used", "Next"]);
});
