import { execFile } from "node:child_process";
import { mkdir, readFile, readdir, readlink, symlink } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { ensureInstalled } from "@triptych/cli/install";

const run = promisify(execFile);

/** What decides what a page costs. */
const SHIPPED = ["apps", "packages", "package-lock.json"];

export type Base = {
  /** As it was asked for, and its commit's short name. */
  readonly name: string;
  readonly commit: string;
};

/** Why there is nothing to compare with. */
export type NoBase = { readonly why: string };

/** The commit that a repository is compared with. Where it is the one that is checked out, its parent. */
export async function findBase(root: string, ref: string): Promise<Base | NoBase> {
  const git = async (...args: readonly string[]): Promise<string | undefined> => {
    try {
      return (await run("git", [...args], { cwd: root })).stdout.trim();
    } catch {
      return undefined;
    }
  };
  const head = await git("rev-parse", "--verify", "--quiet", "HEAD");
  if (head === undefined) return { why: "git reads no commit here: is this a checkout, and this user's?" };
  let name = ref;
  let commit = await git("rev-parse", "--verify", "--quiet", `${ref}^{commit}`);
  if (commit === head) {
    name = `the commit before ${ref}`;
    commit = await git("rev-parse", "--verify", "--quiet", "HEAD^");
  }
  if (commit === undefined) {
    return { why: `there is no ${name} in this clone: a shallow one lacks it (git fetch --unshallow)` };
  }
  if ((await git("diff", "--quiet", commit, "--", ...SHIPPED)) !== undefined) {
    return { why: `nothing that ships differs from ${name}` };
  }
  return { name: `${name} (${commit.slice(0, 9)})`, commit };
}

/**
 * Puts a commit into an empty folder, with its packages: those of this repository where both lockfiles say the same, else its own.
 * @param npm the path of npm's own program, if it is known
 */
export async function checkOut(
  root: string,
  { commit }: Base,
  folder: string,
  options: { readonly npm: string | undefined; readonly print: (line: string) => void },
): Promise<void> {
  const archive = join(folder, "base.tar");
  // No worktree: that would be written down in this repository, and stay there if this process is killed.
  await run("git", ["archive", "--output", archive, commit], { cwd: root });
  await run("tar", ["--extract", "--file", archive, "--directory", folder]);
  if (await haveSameText(join(root, "package-lock.json"), join(folder, "package-lock.json"))) {
    await shareModules(join(root, "node_modules"), join(folder, "node_modules"));
    return;
  }
  options.print("its lockfile differs: installing its packages …");
  await ensureInstalled({ root: folder, npm: options.npm, log: options.print });
}

async function haveSameText(one: string, other: string): Promise<boolean> {
  const [here, there] = await Promise.all([one, other].map((file) => readFile(file, "utf8")));
  return here === there;
}

/**
 * Links each package of `from`, and never the folder as a whole: the links to this repository's own packages have to lead to those of the
 * other checkout.
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
