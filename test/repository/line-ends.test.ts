import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it } from "node:test";
import { ROOT } from "./tree.ts";

const FILES = [".gitattributes", ".ci/run", "package.json", "apps/mobile-bff/contracts/openapi.json"];

it("a clone has the repository's line ends where git is set to those of Windows", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "line-ends-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const [origin, clone] = [join(folder, "origin"), join(folder, "clone")];
  const git = (...args: readonly string[]): void => {
    execFileSync(
      "git",
      ["-c", "core.autocrlf=true", "-c", "user.name=a", "-c", "user.email=a@b.c", ...args],
      {
        stdio: "ignore",
      },
    );
  };
  for (const file of FILES) cpSync(join(ROOT, file), join(origin, file));
  git("init", origin);
  git("-C", origin, "add", "--all");
  git("-C", origin, "commit", "--message=A clone");
  git("clone", "--config=core.autocrlf=true", origin, clone);
  for (const file of FILES) {
    assert.ok(readFileSync(join(clone, file)).equals(readFileSync(join(ROOT, file))), file);
  }
});
