import assert from "node:assert/strict";
import { test } from "node:test";
import { REPORTS, readOptions } from "./options.ts";

test("a run makes all reports, a quick one the pages alone, and names choose", () => {
  const none = { quick: false, write: false, base: undefined };
  assert.deepEqual(readOptions([]), { ...none, reports: REPORTS });
  assert.deepEqual(readOptions(["--quick"]), { ...none, quick: true, reports: ["pages"] });
  assert.deepEqual(readOptions(["start", "pages"]), { ...none, reports: ["pages", "start"] });
  assert.deepEqual(readOptions(["--quick", "--base", "main"]), {
    quick: true,
    write: false,
    base: "main",
    reports: ["pages"],
  });
});

test("says which option or report there is not", () => {
  assert.throws(() => readOptions(["speed"]), /reports of pages.*got 'speed'/);
  assert.throws(() => readOptions(["--quikc"]), /quikc/);
  assert.throws(() => readOptions(["--quick", "--write"]), /whole run/);
  assert.throws(() => readOptions(["--base", "main"]), /--base expects --quick/);
  assert.throws(() => readOptions(["--quick", "--base", "main", "start"]), /no report/);
});
