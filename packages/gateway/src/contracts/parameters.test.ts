import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { compileContract } from "./contract.ts";

/** The rule that a contract of one parameter gives. @throws ContractError */
function ruleOf(parameter: object, schemas: object = {}) {
  const path = Object(parameter).in === "path" ? "/things/{a}" : "/things";
  const contract = compileContract({
    openapi: "3.1.0",
    paths: { [path]: { get: { parameters: [{ name: "a", in: "query", ...parameter }] } } },
    components: { schemas },
  });
  const found = contract.find("GET", path.replace("{a}", "x"));
  assert.ok(found.kind === "operation");
  const { query, header, path: inPath } = found.operation.parameters;
  return query.get("a") ?? header.get("a") ?? inPath[0] ?? assert.fail("the parameter is not checked");
}

/**
 * A schema with `if`, `then` and perhaps `else`: text, because a `then` makes a promise of an
 * object.
 */
function condition(when: object, met: object, unmet?: object): object {
  const [first, second] = [when, met].map((schema) => JSON.stringify(schema));
  const third = unmet === undefined ? "" : `, "else": ${JSON.stringify(unmet)}`;
  return JSON.parse(`{ "if": ${first}, "then": ${second}${third} }`);
}

const NUMBERS = { type: "array", items: { type: "integer" } };

describe("a list in a parameter", () => {
  const lists: readonly (readonly [how: string, schema: object])[] = [
    ["as such", NUMBERS],
    ["that may be null", { ...NUMBERS, type: ["array", "null"] }],
    ["behind a reference", { $ref: "#/components/schemas/Numbers" }],
    ["behind an allOf", { allOf: [{ description: "Some" }, { $ref: "#/components/schemas/Numbers" }] }],
    ["in each branch of a union", { oneOf: [NUMBERS, { type: "array", maxItems: 0 }, { type: "null" }] }],
    ["whose type is beside a reference", { $ref: "#/components/schemas/Described", ...NUMBERS }],
    ["of which only the items are described", { items: { type: "integer" } }],
    ["of which only one element is described", { contains: { type: "integer" }, items: { type: "integer" } }],
    ["in either case of a condition", condition({ minItems: 2 }, NUMBERS, NUMBERS)],
  ];
  for (const [how, schema] of lists) {
    it(`is read ${how}`, () => {
      const rule = ruleOf({ schema }, { Numbers: NUMBERS, Described: { description: "Some" } });
      assert.equal(rule.list, "repeated");
      assert.deepEqual(rule.read(["1", "2"]), { texts: ["1", "2"] });
      assert.ok("wrong" in rule.read(["1", "x"]));
    });
  }

  it("is separated by commas where it is not exploded, and outside of a query", () => {
    assert.equal(ruleOf({ schema: NUMBERS, explode: false }).list, "comma");
    assert.equal(ruleOf({ in: "header", schema: NUMBERS }).list, "comma");
    assert.equal(ruleOf({ in: "path", required: true, schema: NUMBERS, style: "simple" }).list, "comma");
  });
});

it("a single value is read, whatever branch of a union it is", () => {
  const rule = ruleOf({ schema: { anyOf: [{ type: "integer" }, { const: "all" }] } });
  assert.equal(rule.list, undefined);
  assert.deepEqual(rule.read("all"), { texts: ["all"] });
});

describe("a contract is refused at start, in words that name the parameter, for", () => {
  const circle = { allOf: [{ $ref: "#/components/schemas/Circle" }] };
  const refused: readonly (readonly [what: string, parameter: object, says: RegExp])[] = [
    ["deepObject", { style: "deepObject", schema: { type: "object" } }, /the style .deepObject.*as form/],
    ["pipeDelimited", { style: "pipeDelimited", schema: NUMBERS }, /the style .pipeDelimited.*as form/],
    ["spaceDelimited", { style: "spaceDelimited", schema: NUMBERS }, /the style .spaceDelimited.*as form/],
    ["a matrix in a path", { in: "path", style: "matrix", schema: {} }, /the style .matrix.*as simple/],
    ["an object", { schema: { type: "object" } }, /may be an object/],
    ["an object by its properties", { schema: { properties: { b: {} } } }, /may be an object/],
    ["an object behind an allOf", { schema: { allOf: [{ type: "object" }] } }, /may be an object/],
    ["a list or a text", { schema: { type: ["array", "string"] } }, /a list or a single value/],
    ["a list or a text in a union", { schema: { anyOf: [NUMBERS, { type: "string" }] } }, /list or a single/],
    ["a list in one case, else a text", { schema: condition({}, NUMBERS) }, /a list or a single value/],
    ["an object in one case", { schema: condition({}, {}, { required: ["b"] }) }, /may be an object/],
    ["a list that contains an object", { schema: { contains: { type: "object" } } }, /no single value/],
    ["a list that contains a number", { schema: { contains: { const: 5 } } }, /add their type/],
    ["an object by its names", { schema: { propertyNames: { maxLength: 3 } } }, /may be an object/],
    ["a list of objects", { schema: { type: "array", items: { type: "object" } } }, /no single value/],
    ["a list of lists", { schema: { items: NUMBERS } }, /no single value/],
    ["listed numbers without a type", { schema: { enum: [5, 10] } }, /add their type/],
    ["a boolean without a type", { schema: { anyOf: [{ const: true }, { type: "null" }] } }, /add their type/],
    ["listed numbers beside texts", { schema: { type: ["integer", "string"], enum: [5, "all"] } }, /add their/],
    ["a list of numbers without a type", { schema: { items: { enum: [5] } } }, /add their type/],
    ["an empty number", { allowEmptyValue: true, schema: { type: "integer" } }, /may be empty/],
    ["content instead of a schema", { content: { "application/json": {} } }, /by content, .* give it a schema/],
    ["neither a schema nor content", {}, /has no schema/],
  ];
  for (const [what, parameter, says] of refused) {
    it(what, () => {
      assert.throws(() => ruleOf(parameter, { Circle: circle }), { name: "ContractError", message: says });
      assert.throws(() => ruleOf(parameter), /the parameter "a" /);
    });
  }

  it("but not for listed numbers with their type, or texts without one", () => {
    assert.deepEqual(ruleOf({ schema: { type: "integer", enum: [5, 10] } }).read("5"), { texts: ["5"] });
    assert.deepEqual(ruleOf({ schema: { enum: ["a", null] } }).read("a"), { texts: ["a"] });
  });

  it("but not for a condition on a text", () => {
    const rule = ruleOf({ schema: condition({ pattern: "^a" }, { minLength: 3 }) });
    assert.deepEqual([rule.list, rule.read("abc"), "wrong" in rule.read("ab")], [undefined, { texts: ["abc"] }, true]);
  });

  it("but not for what is never read", () => {
    const ignored = { name: "Authorization", in: "header", style: "form", schema: { type: "object" } };
    const cookie = { name: "b", in: "cookie", schema: { type: "object" } };
    const paths = { "/things": { get: { parameters: [ignored, cookie] } } };
    assert.equal(compileContract({ openapi: "3.1.0", paths }).find("GET", "/things").kind, "operation");
  });

  it("but not for a schema that contains itself", () => {
    assert.equal(ruleOf({ schema: circle }, { Circle: circle }).list, undefined);
  });
});
