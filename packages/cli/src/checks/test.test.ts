import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it } from "node:test";
import { recordTestTools, withoutSubmodules } from "./test.ts";

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

it("leaves the checks of a submodule to the submodule", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "triptych-submodule-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, "triptych"));
  for (const file of ["turbo.json", "package.json"]) writeFileSync(join(folder, "triptych", file), "{}");
  const workspaces = ["apps/*", "libs/*", "test", "triptych/packages/*"];
  writeFileSync(join(folder, "package.json"), JSON.stringify({ workspaces }));
  assert.deepEqual(withoutSubmodules(folder), ["--filter=!./triptych/packages/*"]);
});
