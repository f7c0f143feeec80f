import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
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

  it("takes over from a command that died while it installed", async () => {
    mkdirSync(join(root, ".dev"));
    writeFileSync(join(root, ".dev/install.lock"), "99999999");
    await ensureInstalled({ root, log: () => {}, npm: fakeNpm("RECORD") });
    assert.equal(isInstalled(root), true);
  });

  it("throws with npm's output when npm fails, and lets the next command try", async () => {
    const npm = fakeNpm('console.error("npm error network"); process.exitCode = 7;');
    await assert.rejects(
      ensureInstalled({ root, log: () => {}, npm }),
      /npm ci failed \(7\):\nnpm error network/,
    );
    assert.equal(existsSync(join(root, ".dev/install.lock")), false);
  });
});
