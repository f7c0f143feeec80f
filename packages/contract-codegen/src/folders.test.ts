import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { findStale, regenerate, staleMessage } from "./folders.ts";
import type { Folders } from "./folders.ts";
import { contractOf } from "./testing/contracts.ts";

async function folders(t: TestContext): Promise<Folders> {
  const root = await mkdtemp(join(tmpdir(), "contract-codegen-"));
  t.after(() => rm(root, { recursive: true }));
  const result = {
    contracts: join(root, "contracts"),
    generated: join(root, "generated"),
    command: "make code",
  };
  await mkdir(result.contracts);
  await mkdir(result.generated);
  await writeFile(
    join(result.contracts, "things.openapi.json"),
    contractOf({ answer: { type: "string" } }).text,
  );
  return result;
}

test("writes missing modules, and then nothing is stale", async (t) => {
  const all = await folders(t);
  assert.deepEqual(await findStale(all), [{ file: "things.ts", what: "missing" }]);
  assert.deepEqual(await readdir(all.generated), [], "looking writes nothing");
  await regenerate(all);
  assert.match(await readFile(join(all.generated, "things.ts"), "utf8"), /export const contract = /);
  assert.deepEqual(await findStale(all), []);
  assert.deepEqual(await regenerate(all), { changed: [], notes: [] });
});

test("makes the folder of the modules where there is none yet", async (t) => {
  const all = await folders(t);
  await rm(all.generated, { recursive: true });
  assert.deepEqual(await findStale(all), [{ file: "things.ts", what: "missing" }]);
  await regenerate(all);
  assert.deepEqual(await readdir(all.generated), ["things.ts"]);
});

test("a changed contract makes its module out of date, and the message says what to run", async (t) => {
  const all = await folders(t);
  await regenerate(all);
  await writeFile(
    join(all.contracts, "things.openapi.json"),
    contractOf({ answer: { type: "integer" } }).text,
  );
  const stale = await findStale(all);
  assert.deepEqual(stale, [{ file: "things.ts", what: "out of date" }]);
  assert.match(staleMessage(stale, all), /things\.ts: out of date\nRun: make code$/);
  await regenerate(all);
  assert.deepEqual(await findStale(all), []);
});

test("removes the module of a contract that is gone, and keeps files written by hand", async (t) => {
  const all = await folders(t);
  await regenerate(all);
  await writeFile(join(all.generated, "by-hand.ts"), "export const one = 1;\n");
  await rm(join(all.contracts, "things.openapi.json"));
  await writeFile(
    join(all.contracts, "others.openapi.json"),
    contractOf({ answer: { type: "string" } }).text,
  );
  assert.deepEqual((await regenerate(all)).changed, [
    { file: "others.ts", what: "missing" },
    { file: "things.ts", what: "of no contract" },
  ]);
  assert.deepEqual((await readdir(all.generated)).toSorted(), ["by-hand.ts", "others.ts"]);
});

test("writes nothing when one of the contracts is not valid", async (t) => {
  const all = await folders(t);
  await writeFile(join(all.contracts, "broken.openapi.yaml"), "openapi: 2");
  await assert.rejects(regenerate(all), /broken\.openapi\.yaml: expected openapi/);
  assert.deepEqual(await readdir(all.generated), []);
});

test("refuses a folder without contracts", async (t) => {
  const all = await folders(t);
  await rm(join(all.contracts, "things.openapi.json"));
  await assert.rejects(findStale(all), /expected contracts named <service>\.openapi\.yaml, found none/);
});

test("applies the overlay beside a contract, and says what it does not find", async (t) => {
  const all = await folders(t);
  const overlay = {
    overlay: "1.0.0",
    info: { title: "Mend", version: "1.0.0" },
    actions: [
      { target: "$.paths['/things'].get", update: { operationId: "allThings" } },
      { target: "$.paths['/thing']", remove: true },
    ],
  };
  await writeFile(join(all.contracts, "things.overlay.yaml"), JSON.stringify(overlay));
  await writeFile(join(all.contracts, "other.overlay.yaml"), JSON.stringify(overlay));
  const { notes } = await regenerate(all);
  assert.match(await readFile(join(all.generated, "things.ts"), "utf8"), /allThings: \{/);
  assert.deepEqual(notes, [
    "things.openapi.json: things.overlay.yaml: action 2 does nothing: $.paths['/thing'] selects nothing",
    "other.overlay.yaml: there is no contract of this name",
  ]);
});
