import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { checkOut, findBase, shareModules } from "./checkout.ts";

async function temporary(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await realpath(await mkdtemp(join(tmpdir(), "base-")));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

const AUTHOR = ["-c", "user.name=test", "-c", "user.email=test@triptych.example"];
const git = (cwd: string, ...args: readonly string[]): void =>
  void execFileSync("git", [...AUTHOR, ...args], { cwd, stdio: "ignore" });

/** A repository of two commits, whose app says `old` and `new`. */
async function repository(root: string): Promise<void> {
  git(root, "init", "--initial-branch=main");
  await mkdir(join(root, "apps"));
  await mkdir(join(root, "node_modules"));
  await writeFile(join(root, ".gitignore"), "node_modules\n");
  await writeFile(join(root, "package-lock.json"), "{}");
  for (const text of ["old", "new"]) {
    await writeFile(join(root, "apps/app.ts"), text);
    git(root, "add", ".");
    git(root, "commit", "-m", text);
  }
}

test("finds a commit from which shipped files differ, or the parent of the one that is checked out", async () => {
  await using folder = await temporary();
  const root = folder.path;
  await assert.rejects(findBase(root, "main"), /git reads no commit here/);
  await repository(root);
  const base = await findBase(root, "main");
  assert.ok("name" in base && base.name.startsWith("the commit before main ("));
  assert.match(base.here, /^what is here \([0-9a-f]{9}\)$/);
  await assert.rejects(findBase(root, "nowhere"), /got 'nowhere', which is not in this clone/);

  await using other = await checkOut(root, base, { npm: undefined, print: () => undefined });
  assert.equal(await readFile(join(other.root, "apps/app.ts"), "utf8"), "old");

  // What is not committed is compared with the commit itself.
  await writeFile(join(root, "apps/more.ts"), "a new file");
  const unchanged = await findBase(root, "main");
  assert.ok("name" in unchanged && unchanged.name.startsWith("main ("));
  assert.match(unchanged.here, / and what is not committed\)$/);
  await rm(join(root, "apps/more.ts"));

  git(root, "checkout", "--force", "HEAD^");
  assert.deepEqual(await findBase(root, "HEAD~0"), { why: "HEAD~0 is the first commit of this clone" });
  await writeFile(join(root, "README.md"), "what does not ship");
  git(root, "add", ".");
  git(root, "commit", "-m", "a document");
  assert.deepEqual(await findBase(root, "HEAD^"), { why: "nothing that ships differs from HEAD^" });
  git(root, "checkout", "--force", "HEAD^");
  assert.deepEqual(await findBase(root, "HEAD"), { why: "HEAD is the first commit of this clone" });
});

test("a checkout shares the installed packages, but links the repository's packages to its own", async () => {
  await using folder = await temporary();
  const [here, there] = ["here", "there"].map((name) => join(folder.path, name));
  assert.ok(here !== undefined && there !== undefined);
  for (const root of [here, there]) await mkdir(join(root, "packages/ours"), { recursive: true });
  await mkdir(join(here, "node_modules/@other/theirs"), { recursive: true });
  await mkdir(join(here, "node_modules/@triptych"), { recursive: true });
  await symlink("../../packages/ours", join(here, "node_modules/@triptych/ours"));

  await shareModules(join(here, "node_modules"), join(there, "node_modules"));
  assert.equal(
    await realpath(join(there, "node_modules/@other/theirs")),
    join(here, "node_modules/@other/theirs"),
  );
  assert.equal(await realpath(join(there, "node_modules/@triptych/ours")), join(there, "packages/ours"));
});
