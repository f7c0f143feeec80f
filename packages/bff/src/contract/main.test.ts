import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";

const MAIN = join(import.meta.dirname, "main.ts");

/** A contract with an operation `home` whose answer has this example; version 2.0.0 has none. */
const APP = `
const content = { "application/json": { examples: { sample: { value: 1 } } } };
export const bff = { prefix: "/tv", answers: { contract: async (prefix, version = "3.0.0") => ({
  info: { version },
  paths: {
    "/tv/home": { get: { operationId: "home", responses: { 200: version === "3.0.0" ? { content } : {} } } },
    "/tv/order": { get: { operationId: "order", responses: { 200: { content: { "application/json": {} } } } } },
  },
}) } };`;

describe("the program that writes a contract", () => {
  let app = "";
  before(() => {
    app = join(mkdtempSync(join(tmpdir(), "contract-")), "tv-bff");
    for (const folder of ["src", "contracts"]) mkdirSync(join(app, folder), { recursive: true });
    writeFileSync(join(app, "package.json"), '{ "type": "module" }');
    writeFileSync(join(app, "src/app.ts"), APP);
  });
  after(() => rmSync(join(app, ".."), { recursive: true }));

  function run(examples: object, ...args: readonly string[]) {
    writeFileSync(join(app, "contracts/examples.json"), JSON.stringify(examples));
    return spawnSync(process.execPath, [MAIN, ...args], { cwd: app, encoding: "utf8" });
  }

  it("names the operations whose example no longer fits, and says what renews them", () => {
    for (const args of [[], ["--print", "3.0.0"]]) {
      const { status, stderr } = run({ home: 1, order: 1, gone: 1 }, ...args);
      assert.equal(status, 0, stderr);
      assert.match(stderr, /^tv-bff: the contract has no example of order, gone: the answer has changed /);
      assert.match(
        stderr,
        /\n {2}npm run examples takes new ones; then npm run contracts -- --write tv-bff\n$/,
      );
    }
    assert.match(readFileSync(join(app, "contracts/openapi.json"), "utf8"), /"version": "3\.0\.0"/);
  });

  it("says nothing where each fits, or where an older version's contract is printed", () => {
    assert.equal(run({ home: 1 }).stderr, "");
    const older = run({ home: 1 }, "--print", "2.0.0");
    assert.equal(older.stderr, "");
    assert.equal(JSON.parse(older.stdout).info.version, "2.0.0");
  });

  it("refuses a version that is none", () => {
    assert.match(run({}, "--print", "two").stderr, /--print must be a version such as 3\.1\.0, got "two"/);
  });
});
