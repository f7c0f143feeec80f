import assert from "node:assert/strict";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { findStale, staleMessage } from "@triptych/contract-codegen";
import type { Folders } from "@triptych/contract-codegen";

const folders: Folders = {
  contracts: fileURLToPath(new URL("../contracts", import.meta.url)),
  generated: fileURLToPath(new URL("generated", import.meta.url)),
  command: "npm run generate -w @triptych/domain-clients",
};

test("the generated modules match the contracts", async () => {
  const stale = await findStale(folders);
  assert.deepEqual(stale, [], staleMessage(stale, folders));
});

test("a contract that changes makes its module stale, and the message says what to run", async (t) => {
  const contracts = await mkdtemp(join(tmpdir(), "contracts-"));
  t.after(() => rm(contracts, { recursive: true }));
  await cp(folders.contracts, contracts, { recursive: true });
  const orders = join(contracts, "orders.openapi.yaml");
  const text = await readFile(orders, "utf8");
  await writeFile(orders, text.replace("cancelled, returned]", "cancelled, returned, lost]"));
  const changed = { ...folders, contracts };
  const stale = await findStale(changed);
  assert.deepEqual(stale, [{ file: "orders.ts", what: "out of date" }]);
  assert.match(
    staleMessage(stale, changed),
    /orders\.ts: out of date\nRun: npm run generate -w @triptych\/domain-clients$/,
  );
});
