import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it } from "node:test";
import { ROOT } from "./tree.ts";

const git = (args: readonly string[], cwd: string): string =>
  execFileSync("git", args, { cwd, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });

it("a clone under core.autocrlf=true has the same bytes", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "line-ends-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const clone = join(folder, "clone");
  git(["clone", "--quiet", "--shared", "-c", "core.autocrlf=true", ROOT, clone], folder);
  // i/ is what is committed, w/ what is on the disk.
  const changed = git(["ls-files", "--eol"], clone)
    .split("\n")
    .filter((line) => /\bw\/(?:crlf|mixed)\b/.test(line));
  assert.deepEqual(changed, []);
});
