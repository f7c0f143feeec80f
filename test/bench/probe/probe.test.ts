import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { Gateway } from "../load/gateway.ts";
import { WEB } from "../processes/apps.ts";
import { originsOn } from "../processes/services.ts";
import { probed, readProbe } from "./probe.ts";
import type { Reading } from "./probe.ts";

/** Keeps a megabyte, drops a hundred, parses three times. */
const PROGRAM = `
  globalThis.kept = Buffer.alloc(1e6);
  Buffer.alloc(1e8);
  for (const text of ["1", "2", "[3]"]) JSON.parse(text);
  setInterval(() => undefined, 1000);
`;

test("a probe tells what a program that knows nothing of it has parsed, and what it keeps", async () => {
  await using cleanup = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "probe-"));
  cleanup.defer(() => rm(folder, { recursive: true, force: true }));
  const contender = probed(
    { name: "sample", app: WEB, peer: false, program: () => ({ command: ["-e", PROGRAM], env: {} }) },
    folder,
  );
  const { command, env } = contender.program(originsOn([1, 2, 3, 4]), new Gateway());
  const child = spawn(process.execPath, [...command], { env, stdio: "ignore" });
  cleanup.defer(async () => {
    child.kill("SIGKILL");
    await once(child, "exit");
  });
  const first = await untilItAnswers(contender.socket);
  assert.equal(first.parses, 3);
  assert.ok(first.liveBytes > 1e6 && first.liveBytes < 1e8, `${first.liveBytes} bytes live`);
  assert.ok(first.rssBytes > first.liveBytes);
});

async function untilItAnswers(socket: string): Promise<Reading> {
  for (;;) {
    try {
      const reading = await readProbe(socket);
      // The program begins behind its probe.
      if (reading.parses === 3) return reading;
    } catch (error) {
      if (!(error instanceof Error && "code" in error)) throw error;
    }
    await wait(20);
  }
}
