import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { startMeasured } from "./measured-program.ts";
import type { MeasuredProgram } from "./measured-program.ts";

/** Keeps a megabyte, drops a hundred, and makes ten promises when it is told to. */
const PROGRAM = `
  globalThis.kept = Buffer.alloc(1e6);
  Buffer.alloc(1e8);
  setInterval(() => undefined, 1000);
  process.on("SIGUSR2", () => Array.from({ length: 10 }, () => Promise.resolve()));
  console.log("hello");
  console.log(JSON.stringify({ port: 1, readyMs: 5 }));
`;

async function start(command: readonly string[], cleanup: AsyncDisposableStack): Promise<MeasuredProgram> {
  const folder = await mkdtemp(join(tmpdir(), "probe-"));
  cleanup.defer(() => rm(folder, { recursive: true, force: true }));
  const options = { env: {}, logFile: join(folder, "log"), core: undefined, probed: true };
  return cleanup.use(await startMeasured({ command, ...options }));
}

test("a probe tells what an unchanged program keeps in memory", async () => {
  await using cleanup = new AsyncDisposableStack();
  const program = await start(["-e", PROGRAM], cleanup);
  assert.equal(program.readyMs, 5);
  const { heldBytes, rssBytes } = await program.ask("live");
  assert.ok(heldBytes > 1e6 && heldBytes < 1e8, `${heldBytes} bytes live`);
  assert.ok(rssBytes > heldBytes);
});

test("a probe counts the promises that are made from the first question on", async () => {
  await using cleanup = new AsyncDisposableStack();
  const program = await start(["-e", PROGRAM], cleanup);
  const { promises } = await program.ask("promises");
  process.kill(program.pid, "SIGUSR2");
  let counted = promises;
  while (counted === promises) counted = (await program.ask("now")).promises;
  assert.equal(counted - promises, 10);
});

test("a program that ends before it listens is named with its output", async () => {
  await using cleanup = new AsyncDisposableStack();
  await assert.rejects(start(["-e", "console.log('no port'); process.exit(3)"], cleanup), /no port/);
});
