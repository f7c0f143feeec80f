import assert from "node:assert/strict";
import { test } from "node:test";
import { REPORTS, readOptions } from "./options.ts";

test("a run makes all reports, a quick one the pages alone, and --only chooses", () => {
  assert.deepEqual(readOptions([]), { quick: false, write: false, reports: REPORTS });
  assert.deepEqual(readOptions(["--quick"]), { quick: true, write: false, reports: ["pages"] });
  assert.deepEqual(readOptions(["--only", "pages"]), { quick: false, write: false, reports: ["pages"] });
});

test("says which option or report there is not", () => {
  assert.throws(() => readOptions(["--only", "speed"]), /--only expects pages.*got 'speed'/);
  assert.throws(() => readOptions(["--quikc"]), /quikc/);
  assert.throws(() => readOptions(["--quick", "--write"]), /whole run/);
});
