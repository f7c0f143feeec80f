import assert from "node:assert/strict";
import { test } from "node:test";
import { isAsked, readOptions } from "./options.ts";

const NAMES = ["pages-web", "pages-mobile", "start"];
const read = (...args: readonly string[]) => readOptions(args, NAMES);

test("runs all reports, the reports on pages when quick, or those that are named", () => {
  const none = { quick: false, write: false, base: undefined };
  assert.deepEqual(read(), { ...none, reports: [] });
  assert.deepEqual(read("--quick"), { ...none, quick: true, reports: ["pages"] });
  assert.deepEqual(read("start", "pages"), { ...none, reports: ["start", "pages"] });
  const compared = { quick: true, write: false, base: "main", reports: ["pages"] };
  assert.deepEqual(read("--quick", "--base", "main"), compared);
  const asked = (name: string) => NAMES.filter((one) => isAsked(one, name));
  assert.deepEqual(asked("pages"), ["pages-web", "pages-mobile"]);
  assert.deepEqual(asked("pages-web"), ["pages-web"]);
});

test("says which option or report there is not", () => {
  assert.throws(() => read("speed"), /reports of pages.*got 'speed'/);
  assert.throws(() => read("--quikc"), /quikc/);
  assert.throws(() => read("--quick", "--write"), /whole run/);
  assert.throws(() => read("--base", "main"), /--base expects --quick/);
  assert.throws(() => read("--quick", "--base", "main", "start"), /no report/);
});
