import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readName } from "../names.ts";
import { firstScreen } from "./first-screen.ts";

const operation = (schema: object, parameters: readonly object[] = []) => ({
  parameters,
  responses: { 200: { content: { "application/json": { schema } } } },
});
const ITEM = {
  type: "object",
  required: ["id"],
  properties: {
    id: { type: "string" },
    size: { type: ["integer", "null"] },
    kind: { enum: ["a", 1] },
    secret: { type: "string", writeOnly: true },
    "shelf-no": { type: "number" },
    owner: { type: "object" },
  },
};

/** The first screen over GETs of these paths. */
function screenOf(paths: Readonly<Record<string, object>>): string | undefined {
  const document = {
    paths: Object.fromEntries(Object.entries(paths).map(([path, get]) => [path, { get }])),
    components: {
      schemas: { Item: ITEM, Base: { properties: { id: { type: "string" } }, required: ["id"] } },
    },
  };
  const callable = new Map(Object.keys(paths).map((path) => [`GET ${path}`, `get${path.slice(1, 2)}`]));
  const service = readName("gift-cards", "a service's name");
  return firstScreen(document, { callable, service, app: "tv-bff" });
}
const Item = { $ref: "#/components/schemas/Item" };

describe("the first screen over a service", () => {
  it("shows the plain fields of a list's elements: what may be missing is null", () => {
    const source = screenOf({ "/a": operation({ type: "array", items: Item }) }) ?? "";
    assert.match(source, /load: \(clients\) => clients\["gift-cards"\]\.geta\(\)/);
    assert.match(source, /answer\.slice\(0, 10\)/);
    assert.match(
      source,
      /id: element\.id, size: element\.size \?\? null, "shelf-no": element\["shelf-no"\] \?\? null/,
    );
    assert.doesNotMatch(source, /secret|kind|owner/);
    assert.match(source, /size: Type\.Union\(\[Type\.Number\(\), Type\.Null\(\)\]\)/);
  });

  it("finds the list in an envelope, which may be missing", () => {
    const list = { type: "array", items: Item };
    const required = operation({ type: "object", required: ["items"], properties: { items: list } });
    assert.match(screenOf({ "/a": required }) ?? "", /answer\.items\.slice/);
    const optional = operation({ type: "object", properties: { items: list } });
    assert.match(screenOf({ "/a": optional }) ?? "", /\(answer\.items \?\? \[\]\)\.slice/);
  });

  it("takes a list before an object, an object before nothing, and the simplest call of each", () => {
    const text = operation({ type: "string" });
    assert.match(screenOf({ "/t": text, "/o": operation(Item) }) ?? "", /\.geto\(\)/);
    assert.match(
      screenOf({ "/o": operation(Item), "/l": operation({ type: "array", items: Item }) }) ?? "",
      /\.getl\(\)/,
    );
    assert.match(screenOf({ "/t": text }) ?? "", /answered: true/);
  });

  it("reads what is composed by allOf", () => {
    const composed = {
      allOf: [{ $ref: "#/components/schemas/Base" }, { properties: { more: { type: "boolean" } } }],
    };
    assert.match(
      screenOf({ "/o": operation(composed) }) ?? "",
      /id: answer\.id, more: answer\.more \?\? null/,
    );
  });

  it("is none where no GET can be called with what can be made up", () => {
    const needed = { name: "at", in: "query", required: true, schema: { type: "array" } };
    assert.equal(screenOf({ "/a": operation(Item, [needed]) }), undefined);
  });
});
