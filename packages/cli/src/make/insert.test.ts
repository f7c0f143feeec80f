import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { addElement, addImport, insertBeforeFirst } from "./insert.ts";
import { CommandError } from "../command-line.ts";

describe("what is added to a source", () => {
  for (const [before, after] of [
    ["screens: []", "screens: [b]"],
    ["screens: [a]", "screens: [a, b]"],
    ["screens: [a, c], commands: [d]", "screens: [a, c, b], commands: [d]"],
    ["screens: [\n    a,\n    c,\n  ],", "screens: [\n    a,\n    c, b\n  ],"],
  ] as const) {
    it(`comes last in ${JSON.stringify(before)}`, () =>
      assert.equal(addElement(before, /\bscreens: \[/, "b", "it"), after));
  }

  it("goes below the last import", () => {
    const source = 'import a from "a";\nimport {\n  b,\n} from "b";\nimport c from "c";\n\nconst d = 1;\n';
    assert.match(addImport(source, 'import e from "e";', "it"), /from "c";\nimport e from "e";\n\nconst d/);
  });

  it("has no place where there is none, and the message says which", () => {
    const isRight = (error: unknown): boolean => {
      assert.ok(error instanceof CommandError);
      assert.match(error.message, /^the list is not where it was expected/);
      return true;
    };
    assert.throws(() => addElement("", /x: \[/, "b", "the list"), isRight);
    assert.throws(() => addImport("", "b", "the list"), isRight);
    assert.throws(() => insertBeforeFirst("", /x/, "b", "the list"), isRight);
  });
});
