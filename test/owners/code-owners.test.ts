import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { codeOwnersOf, idleLines, parseCodeOwners } from "./code-owners.ts";

describe("a CODEOWNERS file", () => {
  it("is read as GitHub reads it: the last line that matches decides alone", () => {
    const lines = parseCodeOwners("* @a/all # everything\n/apps/x/ @a/x @a/y\n/apps/x/free\n");
    assert.deepEqual(codeOwnersOf(lines, "README.md"), ["@a/all"]);
    assert.deepEqual(codeOwnersOf(lines, "apps/x/src/deep.ts"), ["@a/x", "@a/y"]);
    assert.deepEqual(codeOwnersOf(lines, "apps/xy/src.ts"), ["@a/all"]);
    assert.deepEqual(codeOwnersOf(lines, "apps/x/free"), []);
    assert.deepEqual(idleLines(lines, ["README.md", "apps/x/free"]), ["/apps/x/"]);
  });

  for (const line of ["apps/x @a/x", "/apps/*.ts @a/x", "* someone@example.org", "/a/ @person"]) {
    it(`refuses the form "${line}"`, () => assert.throws(() => parseCodeOwners(line), SyntaxError));
  }
});
