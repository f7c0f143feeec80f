import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readReferences } from "./references.ts";

describe("readReferences", () => {
  const forms: [name: string, source: string][] = [
    ["a default import", 'import x from "m";'],
    ["an import for its effect", 'import "m";'],
    ["a type import", 'import type { X } from "m";'],
    ["an inline type import", 'import { type X } from "m";'],
    ["a re-export of all", 'export * from "m";'],
    ["a named re-export", 'export { x } from "m";'],
    ["a type re-export", 'export type { X } from "m";'],
    ["a dynamic import", 'const x = await import("m");'],
    ["a dynamic import of a template", "const x = await import(`m`);"],
    ["a dynamic import deep inside", 'class A { f() { return () => [import("m")]; } }'],
    ["require", 'const x = require("m");'],
    ["import = require", 'import x = require("m");'],
    ["an import in a type", 'type X = import("m").X;'],
  ];
  for (const [name, source] of forms) {
    it(`reads ${name}`, () =>
      assert.deepEqual(
        readReferences("a.ts", source).imports.map(({ specifier }) => specifier),
        ["m"],
      ));
  }

  it("tells what is gone when the program runs", () => {
    const typeOnly = (source: string) =>
      readReferences("a.ts", source).imports.map((found) => found.typeOnly);
    assert.deepEqual(typeOnly('import type { X } from "m"; export type { Y } from "m";'), [true, true]);
    assert.deepEqual(typeOnly('import { type X } from "m"; export { y } from "m";'), [false, false]);
  });

  it("reads what the code names, and no prose", () => {
    const source = 'f(a.b, { c: "d" }, 4, `e ${g}`); // h';
    assert.deepEqual([...readReferences("a.ts", source).words].toSorted(), [
      ".b",
      "4",
      "a",
      "b",
      "c",
      "d",
      "f",
      "g",
    ]);
  });

  it("reads no import out of text or comments", () => {
    const source = '// import "a"\nconst x = \'import "b"\'; export { x };';
    assert.deepEqual(readReferences("a.ts", source).imports, []);
  });

  it("throws on what it cannot parse", () => {
    assert.throws(() => readReferences("a.ts", "import from"), SyntaxError);
  });
});
