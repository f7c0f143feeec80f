import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

/** A command that says its pid and arguments, and ends with 7 when it is told to. */
const MAIN = `
process.on("SIGTERM", () => process.exit(7));
process.on("SIGINT", () => process.exit(8));
if (process.argv.includes("end")) process.exit(3);
console.log(JSON.stringify({ pid: process.pid, args: process.argv.slice(2) }));
setInterval(() => {}, 1000);
`;
/** As npm starts a script: in a shell that stays, in a process that only a signal ends. */
const NPM = `
import { spawn } from "node:child_process";
const shell = spawn("sh", ["-c", "node packages/cli/bin/launch.mjs start; :"], { stdio: "inherit" });
console.log(JSON.stringify({ shell: shell.pid }));
shell.once("exit", () => process.exit());
`;

describe("the launcher", () => {
  let root = "";
  before(() => {
    root = mkdtempSync(join(tmpdir(), "launch-"));
    for (const folder of ["packages/cli/src", "node_modules/.bin"]) {
      mkdirSync(join(root, folder), { recursive: true });
    }
    cpSync(import.meta.dirname, join(root, "packages/cli/bin"), { recursive: true });
    writeFileSync(join(root, "packages/cli/src/main.ts"), MAIN);
    writeFileSync(join(root, "npm.mjs"), NPM);
    for (const file of ["package-lock.json", "node_modules/.package-lock.json"]) {
      writeFileSync(join(root, file), '{ "packages": {} }');
    }
    symlinkSync(process.execPath, join(root, "node_modules/.bin/node"));
  });
  after(() => rmSync(root, { recursive: true }));

  function start(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
    const { npm_lifecycle_event: _ours, ...outer } = process.env;
    const child = spawn(process.execPath, args, {
      cwd: root,
      env: { ...outer, ...env },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const read = async (): Promise<Record<string, unknown>> => JSON.parse(String((await lines.next()).value));
    return { child, read };
  }

  it("hands its arguments to the command, and ends with its exit code", async () => {
    const { child } = start(["packages/cli/bin/launch.mjs", "end"]);
    assert.deepEqual(await once(child, "exit"), [3, null]);
  });

  for (const [signal, code] of [
    ["SIGTERM", 7],
    ["SIGINT", 8],
  ] as const) {
    it(`passes ${signal} on, and waits for the command`, async () => {
      const { child, read } = start(["packages/cli/bin/launch.mjs", "start", "--replay"]);
      const { pid, args } = await read();
      assert.deepEqual(args, ["start", "--replay"]);
      child.kill(signal);
      assert.deepEqual(await once(child, "exit"), [code, null]);
      assert.ok(!isAlive(Number(pid)));
    });
  }

  for (const [what, victim] of [
    ["npm is killed", "npm"],
    ["npm's shell ends by the signal that npm passed on", "shell"],
  ] as const) {
    it(`ends the command when ${what}`, { skip: process.platform !== "linux" && "asks /proc" }, async () => {
      const { child, read } = start(["npm.mjs"], { npm_lifecycle_event: "start" });
      const { shell } = await read();
      const { pid } = await read();
      if (victim === "npm") child.kill("SIGKILL");
      else process.kill(Number(shell), "SIGTERM");
      while (isAlive(Number(pid))) await sleep(20);
    });
  }
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
