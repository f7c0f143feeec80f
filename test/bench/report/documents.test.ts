import assert from "node:assert/strict";
import { test } from "node:test";
import { putBetweenMarkers } from "./documents.ts";

test("what is between the markers is replaced, and nothing else", () => {
  const before = "# A\n<!-- x -->\nold\n<!-- /x -->\n<!-- y -->kept<!-- /y -->\n";
  const after = putBetweenMarkers(before, "x", "new");
  assert.equal(after, "# A\n<!-- x -->\n\nnew\n\n<!-- /x -->\n<!-- y -->kept<!-- /y -->\n");
  assert.equal(putBetweenMarkers(after, "x", "new"), after);
});

test("says which marker a document lacks", () => {
  assert.throws(() => putBetweenMarkers("# A", "x", "new"), /<!-- x -->/);
});
