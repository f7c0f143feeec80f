import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { after, before, describe, it } from "node:test";
import { ROOT } from "../repository.ts";
import { checkApp } from "./check.ts";

describe("npm run check", () => {
  let root = "";
  before(() => {
    root = mkdtempSync(join(tmpdir(), "check-"));
    mkdirSync(join(root, "apps/web-bff/contracts"), { recursive: true });
    writeFileSync(join(root, "apps/web-bff/contracts/openapi.json"), "{}\n");
  });
  after(() => rmSync(root, { recursive: true }));

  async function check(app: string | undefined, scripts: Readonly<Record<string, string>>) {
    writeFileSync(join(root, "apps/web-bff/package.json"), `${JSON.stringify({ scripts }, undefined, 2)}\n`);
    const output = new PassThrough();
    let said = "";
    output.on("data", (chunk) => (said += String(chunk)));
    const PATH = [join(ROOT, "node_modules/.bin"), process.env["PATH"]].join(":");
    const terminal = { root, env: { ...process.env, PATH }, output };
    const code = await checkApp(app, terminal, new AbortController().signal);
    return { code, said };
  }

  it("says what comes, then runs the quick checks first, the app's own scripts in its folder", async () => {
    const test = 'node -p "process.cwd()" | grep -q apps/web-bff$';
    const { code, said } = await check("web", { test, lint: "true", typecheck: "true", contracts: "true" });
    assert.equal(code, 0, said);
    const lines = said.replaceAll(/ +\d\.\d s$/gm, "").split("\n");
    assert.deepEqual(lines, [
      "web-bff: 5 checks: contract, format, types, lint, tests",
      "ok      contract",
      "ok      format",
      "ok      types",
      "ok      lint",
      "ok      tests",
      "web-bff: all 5 checks passed",
      "",
    ]);
  });

  it("names the command that mends a format", async () => {
    const file = join(root, "apps/web-bff/odd.js");
    writeFileSync(file, "f( 1 )");
    try {
      const { code, said } = await check("web", {});
      assert.equal(code, 1);
      assert.match(said, /FAILED +format: .*apps\/web-bff\/odd\.js[^]*\n {8}npm run format mends it\n/s);
    } finally {
      rmSync(file);
    }
  });

  it("shows what writing the contract says", async () => {
    const { said } = await check("web", { contracts: "echo no example of home >&2" });
    assert.match(said, /ok +contract +\d\.\d s\n {8}no example of home\nok +format/);
  });

  it("goes on after a check that fails, shows what it said, and fails", async () => {
    const { code, said } = await check("web-bff", { typecheck: "echo wrong; exit 3", test: "true" });
    assert.match(said, /web-bff: 1 of 3 checks failed: types\n$/);
    assert.equal(code, 1);
    assert.match(
      said,
      /FAILED +types: "echo wrong; exit 3" in apps\/web-bff failed \(3\):\nwrong\nok +tests/,
    );
  });

  it("shows of failing tests only those that failed", async () => {
    const { said } = await check("web-bff", { test: "echo '✔ fine (1ms)'; echo '✖ broken (1ms)'; exit 1" });
    assert.ok(said.includes("✖ broken") && !/^✔/m.test(said), said);
  });

  it("writes the contract before it asks the guard, and says that it was out of date", async () => {
    const { code, said } = await check("web-bff", {
      contracts: "echo '[]' > contracts/openapi.json",
      "check-contracts": "grep -q '\\[\\]' contracts/openapi.json",
    });
    assert.equal(code, 0, said);
    assert.match(
      said,
      /wrote apps\/web-bff\/contracts\/openapi\.json: it was out of date\nok +format.*\nok +guard/,
    );
  });

  for (const [app, message] of [
    [undefined, "<app> is missing: one of web-bff"],
    ["tv", 'there is no app "tv": it is one of web-bff'],
  ] as const) {
    it(`refuses ${app ?? "no app"}`, async () => {
      await assert.rejects(check(app, {}), { name: "UsageError", message });
    });
  }
});
