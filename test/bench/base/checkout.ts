import { execFile } from "node:child_process";
import { rmSync } from "node:fs";
import { mkdir, mkdtemp, readFile, readdir, readlink, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { ensureInstalled } from "@triptych/cli/install";

const run = promisify(execFile);

/** What decides what a page costs. */
const SHIPPED = ["apps", "packages", "package-lock.json"];

/** A commit to compare with. */
export type Base = {
  /** As it was asked for, with the commit's short id. */
  readonly name: string;
  readonly commit: string;
  /** What is compared with it: the commit that is checked out, and whether files differ from it. */
  readonly here: string;
};

/** Why there is nothing to compare with. */
export type NoBase = { readonly why: string };

/** A commit in a folder of its own. Disposing of it deletes the folder. */
export interface Checkout extends AsyncDisposable {
  readonly name: string;
  readonly root: string;
}

/**
 * Finds the commit that a repository is compared with. For the one that is checked out, with no
 * change since, it is its parent.
 * @throws TypeError where git knows no such commit
 */
export async function findBase(root: string, ref: string): Promise<Base | NoBase> {
  const git = (...args: readonly string[]): Promise<string | undefined> =>
    run("git", [...args], { cwd: root }).then(
      ({ stdout }) => stdout.trim(),
      () => undefined,
    );
  const commitOf = (name: string) => git("rev-parse", "--verify", "--quiet", `${name}^{commit}`);
  const head = await commitOf("HEAD");
  if (head === undefined) {
    throw new TypeError("expected a git checkout of this user's, and git reads no commit here");
  }
  const asked = await commitOf(ref);
  if (asked === undefined) {
    throw new TypeError(
      `expected a commit, got '${ref}', which is not in this clone: a shallow clone lacks most (git fetch --unshallow)`,
    );
  }
  // New files too, which `git diff` does not see.
  const isChanged = (await git("status", "--porcelain", "--", ...SHIPPED)) !== "";
  const [name, commit] =
    asked === head && !isChanged ? [`the commit before ${ref}`, await commitOf("HEAD^")] : [ref, asked];
  if (commit === undefined) return { why: `${ref} is the first commit of this clone` };
  if (!isChanged && (await git("diff", "--quiet", commit, "HEAD", "--", ...SHIPPED)) !== undefined) {
    return { why: `nothing that ships differs from ${name}` };
  }
  const changes = isChanged ? " and what is not committed" : "";
  return { name: `${name} (${short(commit)})`, commit, here: `what is here (${short(head)}${changes})` };
}

const short = (commit: string): string => commit.slice(0, 9);

/**
 * Puts a commit into a new folder, with its packages: this repository's where both lockfiles are
 * the same, else its own.
 * @param options.npm the path of npm's own program, if it is known
 */
export async function checkOut(
  root: string,
  { name, commit }: Pick<Base, "name" | "commit">,
  options: { readonly npm: string | undefined; readonly print: (line: string) => void },
): Promise<Checkout> {
  const folder = await mkdtemp(join(tmpdir(), "base-"));
  const clean = (): void => rmSync(folder, { recursive: true, force: true });
  process.once("exit", clean);
  const archive = join(folder, "base.tar");
  // No worktree: git would note it in this repository, and keep the note if this process is killed.
  await run("git", ["archive", "--output", archive, commit], { cwd: root });
  await run("tar", ["--extract", "--file", archive, "--directory", folder]);
  const lockfiles = [root, folder].map((one) => readFile(join(one, "package-lock.json"), "utf8"));
  const [here, there] = await Promise.all(lockfiles);
  if (here === there) {
    await shareModules(join(root, "node_modules"), join(folder, "node_modules"));
  } else {
    options.print("its lockfile differs: installing its packages …");
    await ensureInstalled({ root: folder, npm: options.npm, log: options.print });
  }
  return {
    name,
    root: folder,
    async [Symbol.asyncDispose]() {
      process.off("exit", clean);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/**
 * Links each package of `from`, and never the folder as a whole: the links to this repository's own
 * packages have to lead to those of the other checkout.
 */
export async function shareModules(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [there, here] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isSymbolicLink()) await symlink(await readlink(there), here);
    else if (entry.name.startsWith("@")) await shareModules(there, here);
    else await symlink(there, here);
  }
}
