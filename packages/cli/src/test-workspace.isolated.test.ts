import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { describe, it } from "node:test";
import { readSummary, summaryPath } from "./checks/summary.ts";
import type { TestCounts } from "./checks/summary.ts";

const HEAD = 'import { describe, it } from "node:test";\n';
const PASSES = `${HEAD}it("passes", () => {});`;
const FAILS = `${HEAD}it("fails", () => { throw new Error("boom"); });`;
const SKIPS = `${HEAD}it("needs redis", { skip: "no redis here" }, () => {}); it("later", { todo: true }, () => {});`;

function workspace(files: Readonly<Record<string, string>>): string {
  const cwd = mkdtempSync(join(tmpdir(), "triptych-workspace-"));
  for (const [path, source] of Object.entries({ "package.json": '{ "type": "module" }', ...files })) {
    mkdirSync(dirname(join(cwd, path)), { recursive: true });
    writeFileSync(join(cwd, path), source);
  }
  return cwd;
}

/** A test run that is started here must not report to this one. */
const { NODE_TEST_CONTEXT: _context, ...ENVIRONMENT } = process.env;

/** Runs the tests of a workspace that is made of the given files. */
async function run(
  files: Readonly<Record<string, string>>,
  { ci = false, args = [] }: { readonly ci?: boolean; readonly args?: readonly string[] } = {},
): Promise<{ ok: boolean; counts: TestCounts | undefined; printed: string }> {
  const cwd = workspace(files);
  try {
    const child = spawn(process.execPath, [join(import.meta.dirname, "test-workspace.ts"), ...args], {
      cwd,
      env: { ...ENVIRONMENT, CI: String(ci) },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [printed, [code]] = await Promise.all([text(child.stdout), once(child, "close")]);
    const file = join(cwd, summaryPath("test"));
    return { ok: code === 0, counts: existsSync(file) ? readSummary(file) : undefined, printed };
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}

describe("a workspace's tests", () => {
  it("pass when all pass, in folders too", async () => {
    const { ok, counts } = await run({ "src/a.test.ts": PASSES, "deep/er/b.test.ts": PASSES });
    assert.equal(ok, true);
    assert.deepEqual(counts, { passed: 2, failed: 0, skipped: 0, skips: [] });
  });

  it("fail when one fails, and count it once although it is inside suites", async () => {
    const nested = `${HEAD}describe("outer", () => describe("inner", () => { it("ok", () => {}); it("bad", () => { throw 1; }); }));`;
    const { ok, counts } = await run({ "a.test.ts": nested, "b.test.ts": PASSES });
    assert.equal(ok, false);
    assert.deepEqual(counts, { passed: 2, failed: 1, skipped: 0, skips: [] });
  });

  it("fail when a file cannot be loaded or a hook fails", async () => {
    const hook =
      'import { before, describe, it } from "node:test";\ndescribe("s", () => { before(() => { throw 1; }); it("x", () => {}); });';
    for (const source of ['throw new Error("at import");', "no program(", hook]) {
      const { ok, counts } = await run({ "a.test.ts": source, "b.test.ts": PASSES });
      assert.equal(ok, false, source);
      assert.ok((counts?.failed ?? 0) >= 1, source);
    }
  });

  it("share one process, except isolated files, which have one each", async () => {
    const tellPid = `${HEAD}import { writeFileSync } from "node:fs"; it("x", () => writeFileSync(process.cwd() + "/" + import.meta.filename.split("/").at(-1) + ".pid", String(process.pid)));`;
    const compare = `${HEAD}import { readFileSync } from "node:fs"; import assert from "node:assert";
      it("compares", () => { const pid = (f) => readFileSync(f + ".pid", "utf8");
        assert.equal(pid("a.test.ts"), pid("b.test.ts")); assert.notEqual(pid("a.test.ts"), String(process.pid)); });`;
    const { ok, printed, counts } = await run({
      "a.test.ts": tellPid,
      "b.test.ts": tellPid,
      "c.isolated.test.ts": compare,
    });
    assert.equal(ok, true, printed);
    assert.equal(counts?.passed, 3);
    assert.match(printed, /c\.isolated\.test\.ts \(in its own process\)/);
  });

  it("fail for an isolated file that fails, and show its output", async () => {
    const { ok, printed } = await run({ "a.isolated.test.ts": FAILS, "b.isolated.test.ts": PASSES });
    assert.equal(ok, false);
    assert.match(printed, /boom/);
  });

  it("name each skipped test with its reason, and fail for it only in CI", async () => {
    const files = {
      "a.test.ts": SKIPS,
      "b.test.ts": `${HEAD}describe("all", { skip: "not here" }, () => it("x"));`,
    };
    const here = await run(files);
    assert.equal(here.ok, true);
    assert.deepEqual(here.counts?.skips, [
      { name: "needs redis", reason: "no redis here" },
      { name: "later", reason: "todo, without a reason" },
      { name: "all", reason: "not here" },
    ]);
    assert.match(here.printed, /skipped: needs redis \(no redis here\)/);
    const ci = await run(files, { ci: true });
    assert.equal(ci.ok, false);
    assert.match(ci.printed, /problem: 3 tests were skipped, and CI is set/);
  });

  it("fail when files exist but no test ran", async () => {
    const { ok, printed } = await run({ "a.test.ts": "export {};" });
    assert.equal(ok, false);
    assert.match(printed, /problem: /);
  });

  it("say so where there are none", async () => {
    const { ok, printed } = await run({ "a.ts": "export {};" });
    assert.equal(ok, true);
    assert.match(printed, /This workspace has no tests/);
  });

  it("fail when the process ends before its tests do", async () => {
    for (const code of [0, 1]) {
      const { ok, printed } = await run({ "a.test.ts": `${HEAD}it("x", () => process.exit(${code}));` });
      assert.equal(ok, false);
      assert.match(printed, new RegExp(`ended before its tests did \\(exit code ${code}\\)`));
    }
  });

  it("run what was selected only", async () => {
    const files = { "architecture.test.ts": FAILS, "a.test.ts": PASSES };
    assert.deepEqual((await run(files, { args: ["--except", "architecture*"] })).counts?.passed, 1);
    assert.deepEqual((await run(files, { args: ["--only", "architecture*"] })).counts?.failed, 1);
  });

  for (const args of [
    ["--only", "screens/**"],
    ["--only", "architectur.test.ts"],
    ["--except", "**"],
  ]) {
    it(`fail when ${args.join(" ")} leaves none`, async () => {
      const { ok, printed } = await run({ "architecture.test.ts": PASSES }, { args });
      assert.equal(ok, false);
      assert.match(printed, /problem: none of the 1 test files is .*\n0 passed, 0 failed/);
    });
  }

  it("fail when they leave something open, in a shared or an isolated process", async () => {
    const source = `${HEAD}it("x", () => { setInterval(() => {}, 1000); });`;
    for (const file of ["a.test.ts", "a.isolated.test.ts"]) {
      const { ok, printed } = await run({ [file]: source }, { args: ["--closing", "300"] });
      assert.equal(ok, false);
      assert.match(printed, /problem: something .* stays open/);
    }
  });

  it("fail when one does not end", async () => {
    const source = `${HEAD}it("x", async () => new Promise((done) => setTimeout(done, 60_000)));`;
    const { ok, printed } = await run({ "a.test.ts": source }, { args: ["--timeout", "500"] });
    assert.equal(ok, false);
    assert.match(printed, /problem: no test ended for 500 ms/);
  });
});
