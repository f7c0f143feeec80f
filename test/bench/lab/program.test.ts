import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { Program } from "./program.ts";

/** Keeps a megabyte, drops a hundred. */
const PROGRAM = `
  globalThis.kept = Buffer.alloc(1e6);
  Buffer.alloc(1e8);
  setInterval(() => undefined, 1000);
  console.log("hello");
  console.log(JSON.stringify({ port: 1, readyMs: 5 }));
`;

test("a probe tells what an unchanged program keeps in memory", async () => {
  await using cleanup = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "probe-"));
  cleanup.defer(() => rm(folder, { recursive: true, force: true }));
  const program = await Program.start({
    name: "sample",
    command: ["-e", PROGRAM],
    env: {},
    logFile: join(folder, "log"),
    core: undefined,
    probed: true,
  });
  cleanup.use(program);
  assert.equal(program.readyMs, 5);
  const { heldBytes, rssBytes } = await program.memory("live");
  assert.ok(heldBytes > 1e6 && heldBytes < 1e8, `${heldBytes} bytes live`);
  assert.ok(rssBytes > heldBytes);
});
