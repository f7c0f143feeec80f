import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ROOT } from "./tree.ts";

const CALL = /\bpartialDeepStrictEqual\(/g;
/** An empty list, and neither a type (`string[]`) nor the default of a pattern (`= []`). */
const EMPTY_LIST = /[:,([]\s*\[\s*\]/;

/** The places at which an empty list is expected as a part of an answer. */
function vacuousIn(file: string, text: string): readonly string[] {
  return Array.from(text.matchAll(CALL)).flatMap((call) => {
    const begin = call.index + call[0].length;
    let [end, depth] = [begin, 1];
    for (; depth > 0 && end < text.length; end += 1) {
      depth += text[end] === "(" ? 1 : text[end] === ")" ? -1 : 0;
    }
    const line = text.slice(0, begin).split("\n").length;
    return EMPTY_LIST.test(text.slice(begin, end)) ? [`${file}:${line}`] : [];
  });
}

test("no test expects an empty list as a part: every list has one, so compare it with deepEqual", () => {
  const files = globSync(["apps/**/*.ts", "packages/**/*.ts", "test/**/*.ts"], {
    cwd: ROOT,
    exclude: ["**/node_modules/**"],
  });
  assert.ok(files.length > 500);
  assert.deepEqual(
    files.flatMap((file) => vacuousIn(file, readFileSync(join(ROOT, file), "utf8"))),
    [],
  );
  const seeded = (list: string) =>
    `\nassert.partialDeepStrictEqual(parse(text), { a: f(1), list: ${list} });`;
  assert.deepEqual(vacuousIn("x.ts", seeded("[]")), ["x.ts:2"]);
  assert.deepEqual(vacuousIn("x.ts", seeded("[1]")), []);
});
