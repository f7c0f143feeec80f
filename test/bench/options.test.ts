import assert from "node:assert/strict";
import { test } from "node:test";
import { isAsked, readOptions } from "./options.ts";

const NAMES = ["pages-web", "pages-mobile", "start"];
const read = (...args: readonly string[]) => readOptions(args, NAMES);

test("runs all reports, those that are named, or only the first row when quick", () => {
  const none = { quick: false, write: false, base: undefined, reports: [] };
  assert.deepEqual(read(), none);
  assert.deepEqual(read("--quick"), { ...none, quick: true });
  assert.deepEqual(read("--quick", "--base", "main"), { ...none, quick: true, base: "main" });
  assert.deepEqual(read("start", "pages"), { ...none, reports: ["start", "pages"] });
  const asked = (name: string) => NAMES.filter((one) => isAsked(one, name));
  assert.deepEqual(asked("pages"), ["pages-web", "pages-mobile"]);
  assert.deepEqual(asked("pages-web"), ["pages-web"]);
});

test("says which option or report there is not", () => {
  assert.throws(() => read("speed"), /reports of pages.*got 'speed'/);
  assert.throws(() => read("--quikc"), /quikc/);
  assert.throws(() => read("--quick", "--write"), /whole run/);
  assert.throws(() => read("--base", "main"), /--base expects --quick/);
  assert.throws(() => read("--quick", "start"), /no report, got 'start'/);
});
