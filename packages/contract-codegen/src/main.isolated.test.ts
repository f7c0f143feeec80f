import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { contractOf } from "./testing/contracts.ts";

type Result = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

function run(...args: readonly string[]): Promise<Result> {
  const main = fileURLToPath(new URL("main.ts", import.meta.url));
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [main, ...args], (_, stdout, stderr) => {
      resolve({ code: child.exitCode, stdout, stderr });
    });
  });
}

test("checks without writing, generates, and says what is wrong", async (t) => {
  const root = await mkdtemp(join(tmpdir(), "contract-codegen-"));
  t.after(() => rm(root, { recursive: true }));
  const contracts = join(root, "contracts");
  const generated = join(root, "generated");
  await mkdir(contracts);
  await mkdir(generated);
  const file = join(contracts, "things.openapi.json");
  await writeFile(file, contractOf({ answer: { type: "string" } }).text);
  const args = ["modules", "--command", "make code", contracts, generated];

  const missing = await run("--check", ...args);
  assert.equal(missing.code, 1);
  assert.match(missing.stderr, /things\.ts: missing\nRun: make code\n$/);
  assert.deepEqual(await run(...args), { code: 0, stdout: "things.ts: was missing\n", stderr: "" });
  assert.deepEqual(await run("--check", ...args), { code: 0, stdout: "", stderr: "" });

  await writeFile(file, "openapi: 1.0.0");
  const broken = await run("--check", ...args);
  assert.equal(broken.code, 1);
  assert.match(
    broken.stderr,
    /^things\.openapi\.json: expected openapi: 3\.0\.x or 3\.1\.x, got "1\.0\.0"; .*\n$/,
  );
});

test("prints its usage and its version, and ends with 2 where it is called wrongly", async () => {
  const help = await run("--help");
  assert.equal(help.code, 0);
  assert.match(help.stdout, /contract-codegen modules .*\n[^]*contract-codegen client/);
  assert.deepEqual(await run("--version"), { code: 0, stdout: "0.0.0\n", stderr: "" });
  for (const wrong of [["modules", "a", "b"], ["client", "a", "b"], ["--nonsense"]]) {
    const { code, stderr } = await run(...wrong);
    assert.equal(code, 2, wrong.join(" "));
    assert.match(stderr, /contract-codegen modules/);
  }
});

test("writes the types of an app's client package", async (t) => {
  const app = await mkdtemp(join(tmpdir(), "contract-codegen-"));
  t.after(() => rm(app, { recursive: true }));
  await mkdir(join(app, "contracts"));
  await writeFile(join(app, "contracts", "openapi.json"), contractOf({ answer: { type: "string" } }).text);
  assert.deepEqual(await run("client", app), { code: 0, stdout: "", stderr: "" });
  const types = await readFile(join(app, "client", "generated", "contract.d.ts"), "utf8");
  assert.match(types, /"application\/json": string;/);
});
