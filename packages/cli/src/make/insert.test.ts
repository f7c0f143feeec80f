import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { addElement, addImport, insertBeforeFirst } from "./insert.ts";

type Files = Parameters<typeof addImport>[0];

/** What a file holds after a change. */
function changed(text: string, change: (files: Files) => void): string {
  let now = text;
  change({ edit: (_path, edit) => void (now = edit(now)) });
  return now;
}

describe("what is added to a file", () => {
  for (const [before, after] of [
    ["screens: []", "screens: [b]"],
    ["screens: [a]", "screens: [a, b]"],
    ["screens: [a, c], commands: [d]", "screens: [a, c, b], commands: [d]"],
    ["screens: [\n    a,\n    c,\n  ],", "screens: [\n    a,\n    c, b\n  ],"],
  ] as const) {
    it(`comes last in ${JSON.stringify(before)}`, () => {
      const now = changed(before, (files) => addElement(files, "a.ts", /\bscreens: \[/, "b", "it"));
      assert.equal(now, after);
    });
  }

  it("goes below the last import", () => {
    const source = 'import a from "a";\nimport {\n  b,\n} from "b";\nimport c from "c";\n\nconst d = 1;\n';
    const now = changed(source, (files) => addImport(files, "a.ts", 'import e from "e";'));
    assert.match(now, /from "c";\nimport e from "e";\n\nconst d/);
  });

  it("has no place where there is none, and the message says which", () => {
    for (const change of [
      (files: Files) => addElement(files, "a.ts", /x: \[/, "b", "the list"),
      (files: Files) => insertBeforeFirst(files, "a.ts", /x/, "b", "the list"),
    ]) {
      assert.throws(() => changed("", change), {
        name: "CommandError",
        message: /^the list in a\.ts is not where it was expected/,
      });
    }
  });
});
