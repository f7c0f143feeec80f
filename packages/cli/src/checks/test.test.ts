import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it } from "node:test";
import { recordTestTools } from "./test.ts";

it("records which programs the path has, and no file that cannot be run", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "triptych-tools-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, mode] of [
    ["haproxy", 0o755],
    ["chromium", 0o644],
    ["other", 0o755],
  ] as const) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, name), "");
    chmodSync(join(folder, name, name), mode);
  }
  const file = join(folder, ".dev", "test-tools");
  recordTestTools(
    file,
    ["/nowhere", "haproxy", "chromium", "other"].map((name) => join(folder, name)).join(":"),
  );
  assert.equal(readFileSync(file, "utf8"), "haproxy\n");
});
