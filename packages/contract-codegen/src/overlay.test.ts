import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Json } from "./json.ts";
import { overlaid } from "./overlay.ts";

const DOCUMENT = {
  openapi: "3.1.0",
  tags: [{ name: "a" }],
  paths: {
    "/a": { get: { operationId: "getA", tags: ["x"], "x-internal": true }, post: { operationId: "postA" } },
    "/b": { get: { operationId: "getB", parameters: [{ name: "p" }, { name: "q" }, { name: "r" }] } },
  },
};

const apply = (...actions: readonly Json[]) =>
  overlaid(DOCUMENT, "a.overlay.yaml", { overlay: "1.0.0", actions });

describe("an overlay", () => {
  test("merges objects, adds to lists, and replaces values", () => {
    const update = { tags: ["y"], operationId: "allA", responses: { 200: {} } };
    const { root } = apply({ target: "$.paths['/a'].get", update });
    assert.deepEqual(Object(root).paths["/a"].get, {
      operationId: "allA",
      tags: ["x", "y"],
      "x-internal": true,
      responses: { 200: {} },
    });
    assert.deepEqual(Object.keys(Object(root).paths), ["/a", "/b"], "the order stays");
  });

  test("adds one item to a list that is the target", () => {
    assert.deepEqual(Object(apply({ target: "$.tags", update: { name: "b" } }).root).tags, [
      { name: "a" },
      { name: "b" },
    ]);
  });

  test("updates every place that is selected, and the document itself", () => {
    const { root } = apply(
      { target: "$.paths[*][?@.operationId]", update: { deprecated: true } },
      { target: "$", update: { security: [] } },
    );
    const { paths, security } = Object(root);
    assert.deepEqual(
      [paths["/a"].get.deprecated, paths["/a"].post.deprecated, paths["/b"].get.deprecated],
      [true, true, true],
    );
    assert.deepEqual(security, []);
  });

  test("removes members and items, several of one list too, and ignores an update beside", () => {
    const { root } = apply(
      { target: "$.paths[*][?@['x-internal'] == true]", remove: true, update: {} },
      { target: "$.paths['/b'].get.parameters[?@.name != 'q']", remove: true },
    );
    assert.deepEqual(Object(root).paths, {
      "/a": { post: { operationId: "postA" } },
      "/b": { get: { operationId: "getB", parameters: [{ name: "q" }] } },
    });
  });

  test("does its actions one after another, each on what the last one made", () => {
    const { root, unmatched } = apply(
      { target: "$.paths", update: { "/c": { get: {} } } },
      { target: "$.paths['/c'].get", update: { operationId: "getC" } },
    );
    assert.deepEqual([Object(root).paths["/c"], unmatched], [{ get: { operationId: "getC" } }, []]);
  });

  test("leaves the document as it is where nothing is selected, and says so", () => {
    const { root, unmatched } = apply({ target: "$.paths['/z']", remove: true });
    assert.deepEqual(root, DOCUMENT);
    assert.deepEqual(unmatched, ["a.overlay.yaml: action 1 does nothing: $.paths['/z'] selects nothing"]);
  });

  const REFUSED: readonly (readonly [what: string, overlay: Json, says: RegExp])[] = [
    ["no overlay", { openapi: "3.1.0" }, /expected overlay: 1\.0\.0, got undefined/],
    ["no actions", { overlay: "1.0.0" }, /expected actions/],
    ["no target", { overlay: "1.0.0", actions: [{ remove: true }] }, /action 1 has no target/],
    [
      "nothing to do",
      { overlay: "1.0.0", actions: [{ target: "$.tags" }] },
      /must have an update, or remove: true/,
    ],
    [
      "no JSONPath",
      { overlay: "1.0.0", actions: [{ target: "$.paths[", remove: true }] },
      /not a JSONPath of RFC 9535/,
    ],
    [
      "an update of a value",
      { overlay: "1.0.0", actions: [{ target: "$.openapi", update: "3.0.0" }] },
      /only an object or a list/,
    ],
    [
      "the whole document removed",
      { overlay: "1.0.0", actions: [{ target: "$", remove: true }] },
      /removes the whole document/,
    ],
  ];
  for (const [what, overlay, says] of REFUSED) {
    test(`is refused that has ${what}`, () => {
      assert.throws(
        () => overlaid(DOCUMENT, "a.overlay.yaml", overlay),
        (error: unknown) => {
          assert.match(String(error), /^ContractError: a\.overlay\.yaml/);
          assert.match(String(error), says);
          return true;
        },
      );
    });
  }
});
