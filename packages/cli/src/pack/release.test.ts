import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { release } from "./release.ts";

const BEFORE = {
  "package.json": { name: "triptych", version: "0.0.0" },
  "packages/screen/package.json": { name: "@triptych/screen", version: "1.0.0", publishConfig: {} },
  "apps/tv-bff/package.json": {
    name: "@triptych/tv-bff",
    version: "0.0.0",
    dependencies: { "@triptych/screen": "1.0.0", express: "1.0.0" },
  },
  "package-lock.json": {
    packages: {
      "": { name: "triptych", version: "0.0.0" },
      "packages/screen": { name: "@triptych/screen", version: "1.0.0" },
      "apps/tv-bff": { name: "@triptych/tv-bff", dependencies: { "@triptych/screen": "1.0.0" } },
      "node_modules/other": { version: "1.0.0", dependencies: { "@triptych/screen": "1.0.0" } },
    },
  },
} as const;

describe("a release", () => {
  let root = "";
  const read = (path: string) => JSON.parse(readFileSync(join(root, path), "utf8"));
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "release-"));
    for (const [path, value] of Object.entries(BEFORE)) write(path, JSON.stringify(value));
    write("CHANGELOG.md", "# Changes\n\n## Unreleased\n\n- A screen.\n\n## 1.0.0\n");
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it("gives the published packages its version, where they are and where they are named", () => {
    assert.deepEqual(release(root, "1.1.0"), ["@triptych/screen"]);
    assert.equal(read("package.json").version, "0.0.0");
    assert.equal(read("packages/screen/package.json").version, "1.1.0");
    const dependencies = { "@triptych/screen": "1.1.0", express: "1.0.0" };
    assert.deepEqual(read("apps/tv-bff/package.json").dependencies, dependencies);
    const { packages } = read("package-lock.json");
    assert.equal(packages["packages/screen"].version, "1.1.0");
    assert.deepEqual(packages["apps/tv-bff"].dependencies, { "@triptych/screen": "1.1.0" });
    assert.deepEqual(
      packages["node_modules/other"],
      BEFORE["package-lock.json"].packages["node_modules/other"],
    );
    const changelog = readFileSync(join(root, "CHANGELOG.md"), "utf8");
    assert.equal(changelog, "# Changes\n\n## Unreleased\n\n## 1.1.0\n\n- A screen.\n\n## 1.0.0\n");
  });

  it("needs a version, and something that it changes", () => {
    for (const version of [undefined, "1.1", "v1.1.0", "1.1.0-rc.1"]) {
      assert.throws(() => release(root, version), /such as 1\.1\.0/);
    }
    write("CHANGELOG.md", "# Changes\n\n## Unreleased\n\n## 1.0.0\n");
    assert.throws(() => release(root, "1.1.0"), /nothing under Unreleased/);
  });
});
