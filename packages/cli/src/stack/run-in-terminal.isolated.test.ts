import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import type { ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { beforeEach, describe, it } from "node:test";
import type { TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { request } from "undici";
import { addressOf } from "./addresses.ts";
import { freePlan } from "./ports.ts";
import type { Role } from "./roles.ts";
import { isAlive, standInRoot, WELL_BEHAVED } from "./testing/stand-in-root.ts";

const PROGRAM = fileURLToPath(new URL("fixtures/terminal.ts", import.meta.url));

/**
 * Free ones, far from the defaults: a stack that already runs is not disturbed, and neither is
 * another run of these tests.
 */
let ports: Record<
  "CONSOLE_PORT" | "USERS_PORT" | "USERS_ADMIN_PORT" | "WEB_BFF_PORT" | "WEB_BFF_ADMIN_PORT",
  string
>;
beforeEach(async () => {
  // The ports of what is in front are known before it starts.
  const names = ["console", "users", "web-bff"];
  const plan = await freePlan(names.map((name): Role => ({ name, kind: "gateway", main: "", port: 0 })));
  const [first, users, web] = names.map((name) => plan.get(name));
  ports = {
    CONSOLE_PORT: String(first?.port),
    USERS_PORT: String(users?.port),
    USERS_ADMIN_PORT: String(users?.adminPort),
    WEB_BFF_PORT: String(web?.port),
    WEB_BFF_ADMIN_PORT: String(web?.adminPort),
  };
});

interface Launcher {
  readonly child: ChildProcessByStdio<null, Readable, Readable>;
  /** Resolves when the output holds the text; rejects if the launcher ends first. */
  says(text: string): Promise<void>;
  output(): string;
}

function launch(t: TestContext, root: string, mode: "start" | "dev" = "start"): Launcher {
  const child = spawn(process.execPath, [PROGRAM, root, mode], {
    env: { ...process.env, ...ports },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  let ended = false;
  for (const pipe of [child.stdout, child.stderr]) {
    pipe.setEncoding("utf8").on("data", (chunk: string) => (output += chunk));
  }
  child.once("close", () => (ended = true));
  t.after(() => {
    child.kill("SIGKILL");
    rmSync(root, { recursive: true, force: true });
  });
  return {
    child,
    output: () => output,
    async says(text) {
      while (!output.includes(text)) {
        assert.ok(!ended, `the launcher ended without saying "${text}":\n${output}`);
        await sleep(20);
      }
    },
  };
}

async function pids(): Promise<number[]> {
  const answers = [ports.USERS_PORT, ports.WEB_BFF_PORT].map(async (port) => {
    const { body } = await request(`http://127.0.0.1:${port}`, { reset: true });
    const self: unknown = await body.json();
    assert.ok(typeof self === "object" && self !== null && "pid" in self && typeof self.pid === "number");
    return self.pid;
  });
  return Promise.all(answers);
}

async function allGone(processes: readonly number[]): Promise<void> {
  while (processes.some(isAlive)) await sleep(20);
}

describe("npm start, without npm", () => {
  it("prints the table when all is ready, and ends calmly however often it is told to", async (t) => {
    const root = standInRoot();
    const launcher = launch(t, root);
    await launcher.says("Ctrl-C stops everything.");
    const { USERS_PORT: port, USERS_ADMIN_PORT: adminPort } = ports;
    assert.equal(addressOf(root, "users"), `http://127.0.0.1:${port}`, "for the commands of other terminals");
    assert.match(
      launcher.output(),
      new RegExp(`users +http://127\\.0\\.0\\.1:${port} +http://127\\.0\\.0\\.1:${adminPort}`),
    );
    const running = await pids();
    for (const signal of ["SIGINT", "SIGINT", "SIGTERM"] as const) launcher.child.kill(signal);
    const [code] = await once(launcher.child, "close");
    assert.equal(code, 0);
    assert.deepEqual(running.filter(isAlive), []);
    assert.equal(addressOf(root, "users"), undefined);
  });

  it("leaves no process when it dies by SIGKILL", async (t) => {
    const launcher = launch(t, standInRoot());
    await launcher.says("Ctrl-C stops everything.");
    const running = await pids();
    launcher.child.kill("SIGKILL");
    await allGone(running);
  });

  it("says in one line that a process died, and leaves the others running", async (t) => {
    const launcher = launch(t, standInRoot());
    await launcher.says("Ctrl-C stops everything.");
    const [users = 0] = await pids();
    process.kill(users, "SIGKILL");
    await launcher.says("users | stopped (SIGKILL); everything else still runs\n");
    const { statusCode } = await request(`http://127.0.0.1:${ports.WEB_BFF_PORT}`, { reset: true });
    assert.equal(statusCode, 200);
    launcher.child.kill("SIGTERM");
    assert.deepEqual(await once(launcher.child, "close"), [0, null]);
  });
});

describe("npm run dev, without npm", () => {
  it("starts a process again when its file changes, and survives a syntax error", async (t) => {
    const root = standInRoot();
    const launcher = launch(t, root, "dev");
    await launcher.says("Ctrl-C stops everything.");
    const [, before] = await pids();
    const program = join(root, "apps/web-bff/src/main.ts");
    appendFileSync(program, "\nthis is no program(");
    await launcher.says("SyntaxError");
    const { statusCode } = await request(`http://127.0.0.1:${ports.USERS_PORT}`, { reset: true });
    assert.equal(statusCode, 200);
    writeFileSync(program, `${WELL_BEHAVED}\n// mended`);
    await launcher.says("web-bff | started again");
    // The old one serves until the new one is ready.
    let running = await pids();
    while (running[1] === before) running = await pids();
    launcher.child.kill("SIGINT");
    assert.deepEqual(await once(launcher.child, "close"), [0, null]);
    assert.deepEqual(running.filter(isAlive), []);
  });

  it("comes up although a program has a syntax error from the start", async (t) => {
    const launcher = launch(t, standInRoot({ "apps/web-bff/src/main.ts": "no program(" }), "dev");
    await launcher.says("Ctrl-C stops everything.");
    launcher.child.kill("SIGINT");
    assert.deepEqual(await once(launcher.child, "close"), [0, null]);
  });
});
