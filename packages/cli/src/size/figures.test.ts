import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { figuresOf } from "./figures.ts";
import { renderFigures } from "./size.ts";

const lines = (count: number, text = "x();"): string => `${text}\n`.repeat(count);
const figures = (files: Readonly<Record<string, string>>, folders: readonly string[] = []) =>
  figuresOf(new Map(Object.entries(files)), folders);

describe("the figures of the source", () => {
  it("count neither tests, nor what only tests use, nor generated code", () => {
    const {
      lines: source,
      files,
      testLines,
      helperLines,
    } = figures({
      "packages/cli/src/a.ts": lines(30),
      "packages/cli/bin/b.mjs": lines(3),
      "packages/cli/src/a.test.ts": lines(40),
      "packages/cli/src/testing/c.ts": lines(5),
      "packages/testing/src/d.ts": lines(6),
      "packages/cli/src/fixtures/e.ts": lines(7),
      "packages/cli/src/generated/f.ts": lines(100),
      "packages/cli/bin/b.d.mts": lines(100),
      "README.md": lines(100),
    });
    assert.deepEqual([source, files, testLines, helperLines], [33, 2, 40, 18]);
  });

  it("tell the core from the rest", () => {
    const { outsideCore } = figures({
      "packages/screen/src/a.ts": lines(30),
      "apps/web-bff/src/b.ts": lines(30),
      "apps/gateway/src/c.ts": lines(4),
      "test/bench/d.ts": lines(6),
    });
    assert.deepEqual(outsideCore, { lines: 10, files: 2 });
  });

  it("name files of 20 lines or fewer, and the longest", () => {
    const { shortFiles, longest } = figures({ "a.ts": lines(20), "b.ts": lines(21), "c.ts": lines(300) });
    assert.deepEqual([shortFiles, longest], [["a.ts"], { file: "c.ts", lines: 300 }]);
  });

  it("find files that import each other, also through others and for types", () => {
    const { importCircles } = figures({
      "p/a.ts": 'import { b } from "./deep/b.ts";\nimport { d } from "./d.ts";\n',
      "p/deep/b.ts": 'export { c } from "../c.ts";\n',
      "p/c.ts": 'import type { A } from "./a.ts";\n',
      "p/d.ts": 'const e = await import("./e.ts");\n',
      "p/e.ts": 'import "./f.ts";\n',
      "p/f.ts": "",
    });
    assert.deepEqual(importCircles, [["p/a.ts", "p/c.ts", "p/deep/b.ts"]]);
  });

  it("find files of one name in two apps that share four lines of five", () => {
    const text = (own: number): string =>
      Array.from({ length: 30 }, (_, index) =>
        index < own ? `own(${own}${index});` : `same(${index});`,
      ).join("\n");
    const { twins } = figures({
      "apps/a/src/app.ts": text(0),
      "apps/b/src/app.ts": text(6),
      "apps/c/src/app.ts": text(20),
      "apps/b/src/other.ts": text(0),
      "packages/d/src/app.ts": text(0),
    });
    assert.deepEqual(twins, [["apps/a/src/app.ts", "apps/b/src/app.ts"]]);
  });

  it("count exports without a docstring, comment lines, and comment lines that are too long", () => {
    const found = figures({
      "a.ts": [
        "/** Says so. */",
        "export function one() {}",
        "",
        "// not a docstring",
        "export const two = 2;",
        "/*",
        ` * ${"long ".repeat(25)}`,
        " */",
        "export interface Three {}",
        `const code = "${"wide ".repeat(25)}";`,
      ].join("\n"),
    });
    assert.deepEqual([found.exports, found.undocumented, found.wideComments], [3, ["a.ts:5"], ["a.ts:7"]]);
    assert.equal(found.commentShare, 5 / 9);
  });

  it("are those of the asked folders, and of circles that reach into them", () => {
    const found = figures(
      { "p/a.ts": 'import "../q/b.ts";', "q/b.ts": 'import "../p/a.ts";', "q/c.ts": lines(9) },
      ["p/"],
    );
    assert.deepEqual([found.files, found.importCircles], [1, [["p/a.ts", "q/b.ts"]]]);
  });

  it("are printed one a line, and named where that is asked", () => {
    const found = figures({ "a.ts": "export const a = 1;\n" });
    assert.match(renderFigures(found, false), /^source lines +1 in 1 files$/m);
    assert.match(renderFigures(found, true), /^exports with a docstring +0\.0% of 1\n {4}a\.ts:1$/m);
  });
});
