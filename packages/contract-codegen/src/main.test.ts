import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import manifest from "../package.json" with { type: "json" };
import { run } from "./main.ts";
import { contractOf } from "./testing/contracts.ts";

async function temporaryFolder(t: TestContext, ...inside: readonly string[]): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), "contract-codegen-"));
  t.after(() => rm(root, { recursive: true }));
  for (const folder of inside) await mkdir(join(root, folder));
  return root;
}

test("checks without writing, generates, and says what is wrong", async (t) => {
  const root = await temporaryFolder(t, "contracts", "generated");
  const file = join(root, "contracts", "things.openapi.json");
  await writeFile(file, contractOf({ answer: { type: "string" } }).text);
  const args = ["--command", "make code", join(root, "contracts"), join(root, "generated")];

  const missing = await run(["modules", "--check", ...args]);
  assert.equal(missing.status, 1);
  assert.match(missing.stderr, /things\.ts: missing\nRun: make code\n$/);
  const written = { status: 0, stdout: "things.ts: was missing\n", stderr: "" };
  assert.deepEqual(await run(["modules", ...args]), written);
  assert.deepEqual(await run(["modules", "--check", ...args]), { status: 0, stdout: "", stderr: "" });

  await writeFile(file, "openapi: 1.0.0");
  const broken = await run(["modules", "--check", ...args]);
  assert.equal(broken.status, 1);
  assert.match(
    broken.stderr,
    /^things\.openapi\.json: expected openapi: 3\.0\.x or 3\.1\.x, got "1\.0\.0"; .*\n$/,
  );
});

test("prints its usage and its version, and ends with 2 where it is called wrongly", async () => {
  const program = join(import.meta.dirname, "main.ts");
  const help = spawnSync(process.execPath, [program, "--help"], { encoding: "utf8" });
  assert.deepEqual([help.status, help.stderr], [0, ""]);
  assert.match(help.stdout, /contract-codegen modules .*\n[^]*contract-codegen client/);
  assert.deepEqual(await run(["--version"]), { status: 0, stdout: `${manifest.version}\n`, stderr: "" });
  for (const wrong of [
    [],
    ["modules", "a", "b"],
    ["client", "a", "b"],
    ["--nonsense"],
    ["other", "a", "b"],
  ]) {
    const { status, stderr } = await run(wrong);
    assert.equal(status, 2, wrong.join(" "));
    assert.match(stderr, /contract-codegen modules/);
  }
});

test("writes the types of an app's client package", async (t) => {
  const app = await temporaryFolder(t, "contracts", "client");
  await writeFile(join(app, "client", "package.json"), '{ "name": "@a/client" }');
  await writeFile(join(app, "contracts", "openapi.json"), contractOf({ answer: { type: "string" } }).text);
  assert.deepEqual(await run(["client", app]), { status: 0, stdout: "", stderr: "" });
  const types = await readFile(join(app, "client", "generated", "contract.d.ts"), "utf8");
  assert.match(types, /"application\/json": string;/);
});
