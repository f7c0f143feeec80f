import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { ensureInstalled, isInstalled } from "./dependencies.mjs";

const WANTED = {
  "": { name: "root" },
  "node_modules/a": { version: "1.0.0", integrity: "sha512-a" },
  "node_modules/own": { resolved: "packages/own", link: true },
  "node_modules/other-platform": { version: "1.0.0", optional: true },
};
const { "": _root, "node_modules/other-platform": _other, ...INSTALLED } = WANTED;

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "triptych-install-"));
  mkdirSync(join(root, "node_modules"));
  write("package-lock.json", WANTED);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(path: string, packages: object): void {
  writeFileSync(join(root, path), JSON.stringify({ packages }));
}

/** Stands in for npm: counts its runs, and records an install as npm does, after a while. */
function fakeNpm(body: string): string {
  mkdirSync(join(root, "bin"));
  const path = join(root, "bin", "npm-cli.js");
  const record = `require("fs").writeFileSync("node_modules/.package-lock.json", ${JSON.stringify(JSON.stringify({ packages: INSTALLED }))});`;
  writeFileSync(
    path,
    `require("fs").appendFileSync("runs", process.argv.slice(2, 3) + "\\n"); ${body.replace("RECORD", record)}`,
  );
  return path;
}

describe("isInstalled", () => {
  it("is true when all is there but what is for other platforms", () => {
    write("node_modules/.package-lock.json", INSTALLED);
    assert.equal(isInstalled(root), true);
  });

  it("is false on a fresh clone, after an install that was cut off, and for a damaged record", () => {
    assert.equal(isInstalled(root), false);
    writeFileSync(join(root, "node_modules/.package-lock.json"), '{"packages": {');
    assert.equal(isInstalled(root), false);
  });

  it("is false when a version, a file's hash or a link differs, or a package is missing", () => {
    const changes: object[] = [
      { "node_modules/a": { version: "1.0.1", integrity: "sha512-a" } },
      { "node_modules/a": { version: "1.0.0", integrity: "sha512-b" } },
      { "node_modules/own": { resolved: "packages/moved", link: true } },
      { "node_modules/own": undefined },
    ];
    for (const change of changes) {
      write("node_modules/.package-lock.json", { ...INSTALLED, ...change });
      assert.equal(isInstalled(root), false, JSON.stringify(change));
    }
  });
});

describe("ensureInstalled", () => {
  it("does nothing, and says nothing, when all is there", async () => {
    write("node_modules/.package-lock.json", INSTALLED);
    const lines: string[] = [];
    await ensureInstalled({ root, log: (line: string) => lines.push(line), npm: "/nowhere/npm-cli.js" });
    assert.deepEqual(lines, []);
  });

  it("runs npm ci once although two commands need it, and tells each what it waits for", async () => {
    const npm = fakeNpm("setTimeout(() => { RECORD }, 300);");
    const lines: string[][] = [[], []];
    await Promise.all(
      lines.map(async (own) => ensureInstalled({ root, log: (line: string) => own.push(line), npm })),
    );
    assert.equal(readFileSync(join(root, "runs"), "utf8"), "ci\n");
    const said = lines.map((own) => own[0] ?? "");
    assert.equal(said.filter((line) => line.startsWith("Installing what package-lock.json says")).length, 1);
    assert.equal(said.filter((line) => line.startsWith("Another command is installing")).length, 1);
    assert.equal(existsSync(join(root, ".dev/install.lock")), false);
  });

  it("says why it installs", async () => {
    const present: readonly (readonly [object | undefined, string])[] = [
      [undefined, "node_modules holds no finished installation"],
      [{ ...INSTALLED, "node_modules/a": { version: "0.9.0" } }, "node_modules/a is 0.9.0, not 1.0.0"],
      [
        { ...INSTALLED, "node_modules/a": { version: "1.0.0", integrity: "sha512-b" } },
        "node_modules/a is another than package-lock.json says",
      ],
      [{}, "node_modules/a is missing, and 1 more differ"],
    ];
    const npm = fakeNpm("RECORD");
    for (const [packages, why] of present) {
      rmSync(join(root, "node_modules/.package-lock.json"), { force: true });
      if (packages !== undefined) write("node_modules/.package-lock.json", packages);
      const lines: string[] = [];
      await ensureInstalled({ root, log: (line: string) => lines.push(line), npm });
      assert.equal(lines[0], `Installing what package-lock.json says (npm ci), because ${why} …`);
    }
  });

  // As a lock is for a moment: made, and not yet written.
  it("takes no lock for dead that holds no pid yet", async () => {
    const lock = join(root, ".dev/install.lock");
    mkdirSync(join(root, ".dev"));
    writeFileSync(lock, "");
    const installed = ensureInstalled({ root, log: () => {}, npm: fakeNpm("RECORD") });
    await sleep(1000);
    assert.equal(existsSync(join(root, "runs")), false);
    rmSync(lock);
    await installed;
    assert.equal(readFileSync(join(root, "runs"), "utf8"), "ci\n");
  });

  /** A process that ensures that all is installed, as every npm script does first. */
  function command(npm: string, before = "") {
    const module = JSON.stringify(import.meta.resolve("./dependencies.mjs"));
    const [folder, program] = [root, npm].map((path) => JSON.stringify(path));
    const code = `${before} (await import(${module})).ensureInstalled({ root: ${folder}, npm: ${program}, log: console.log });`;
    return spawn(process.execPath, ["--input-type=module", "--eval", code], {
      stdio: ["ignore", "pipe", "inherit"],
    });
  }

  it("installs once for processes that begin together, beside the lock of one that died", async () => {
    const npm = fakeNpm(
      'setTimeout(() => { RECORD; require("fs").appendFileSync("runs", "end\\n"); }, 300);',
    );
    mkdirSync(join(root, ".dev"));
    writeFileSync(join(root, ".dev/install.lock"), "99999999");
    const ended = Array.from({ length: 4 }, () => once(command(npm), "exit"));
    assert.equal(JSON.stringify(await Promise.all(ended)), "[[0,null],[0,null],[0,null],[0,null]]");
    assert.equal(readFileSync(join(root, "runs"), "utf8"), "ci\nend\n");
    assert.deepEqual(readdirSync(join(root, ".dev")), []);
  });

  it("waits for the npm of a command that was killed", async () => {
    const npm = fakeNpm(
      'setTimeout(() => { RECORD; require("fs").appendFileSync("runs", "end\\n"); }, 2000);',
    );
    const killed = command(npm);
    while (!existsSync(join(root, "runs"))) await sleep(20);
    killed.kill("SIGKILL");
    await once(killed, "exit");
    assert.deepEqual(await once(command(npm), "exit"), [0, null]);
    assert.equal(readFileSync(join(root, "runs"), "utf8"), "ci\nend\n");
  });

  /** Makes the system one of this name, in which each act on a lock is refused at first. */
  const busy = (platform: string): string => `
    import fs from "node:fs";
    import { syncBuiltinESMExports } from "node:module";
    Object.defineProperty(process, "platform", { value: "${platform}" });
    const refused = { writeFileSync: "EPERM", readFileSync: "EBUSY", rmSync: "EACCES" };
    for (const [act, code] of Object.entries(refused)) {
      const real = fs[act];
      const done = new Set();
      fs[act] = (path, ...options) => {
        if (!String(path).endsWith("install.lock") || done.has(path)) return real(path, ...options);
        done.add(path);
        throw Object.assign(new Error(act), { code });
      };
    }
    syncBuiltinESMExports();`;

  it("waits for a lock's file that is busy, as files are on Windows", async () => {
    const npm = fakeNpm("RECORD");
    mkdirSync(join(root, ".dev"));
    writeFileSync(join(root, ".dev/install.lock"), "99999999");
    assert.deepEqual(await once(command(npm, busy("win32")), "exit"), [0, null]);
    assert.equal(readFileSync(join(root, "runs"), "utf8"), "ci\n");
    rmSync(join(root, "node_modules/.package-lock.json"));
    assert.deepEqual(await once(command(npm, busy("win32")), "exit"), [0, null]);
  });

  const REFUSED = "npm http fetch GET http://registry.example/a attempt 1 failed with ECONNREFUSED";

  it("says while it installs why it takes so long", async (t) => {
    t.mock.timers.enable({ apis: ["setInterval"] });
    const lines: string[] = [];
    const npm = fakeNpm(`
      const { existsSync } = require("fs");
      const said = ["", "npm http fetch GET 200 http://registry.example/a 3ms\\n", ${JSON.stringify(`${REFUSED}\n`)}];
      const next = setInterval(() => {
        if (!existsSync("step" + said.length)) return;
        if (said.length > 0) console.error(said.shift());
        else { clearInterval(next); RECORD }
      }, 5);`);
    const installed = ensureInstalled({ root, log: (line: string) => void lines.push(line), npm });
    const until = async (step: number, state: string): Promise<void> => {
      writeFileSync(join(root, `step${step}`), "");
      while (!lines.some((line) => line.startsWith("  … still installing") && line.endsWith(state))) {
        t.mock.timers.tick(10_000);
        await sleep(20);
      }
    };
    await until(3, "no answer of the registry yet");
    await until(2, "answers so far: 1");
    await until(1, "GET http://registry.example/a attempt 1 failed with ECONNREFUSED");
    writeFileSync(join(root, "step0"), "");
    await installed;
  });

  it("says what to do about an unreachable registry", async () => {
    const npm = fakeNpm(
      `console.error(${JSON.stringify(`${REFUSED}\nnpm error code ECONNREFUSED`)}); process.exitCode = 1;`,
    );
    await assert.rejects(ensureInstalled({ root, log: () => {}, npm }), (error: Error) => {
      assert.match(error.message, /^npm ci failed \(1\):\nnpm error code ECONNREFUSED\nThe registry cannot/);
      return true;
    });
  });

  it("throws with npm's output when npm fails, and lets the next command try", async () => {
    const npm = fakeNpm('console.error("npm error network"); process.exitCode = 7;');
    await assert.rejects(
      ensureInstalled({ root, log: () => {}, npm }),
      /npm ci failed \(7\):\nnpm error network$/,
    );
    assert.equal(existsSync(join(root, ".dev/install.lock")), false);
  });
});
