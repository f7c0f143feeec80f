import { execFileSync } from "node:child_process";
import { globSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../repository/tree.ts";
import { shell } from "./shell.ts";

/**
 * The packages, packed from this checkout or from an earlier commit.
 *
 * @param ref the commit; undefined: this checkout as it is
 * @param instead what to take where no commit is named
 * @returns the tarballs, absolute
 */
export function packedFrom(
  ref: string | undefined,
  out: string,
  instead?: readonly string[],
): readonly string[] {
  if (ref === undefined && instead !== undefined) return instead;
  const root = ref === undefined ? ROOT : checkout(ref, `${out}-sources`);
  execFileSync(process.execPath, [join(root, "packages/cli/src/main.ts"), "pack", "--out", out], {
    cwd: root,
    stdio: "pipe",
  });
  return globSync("*.tgz", { cwd: out }).map((file) => join(out, file));
}

function checkout(ref: string, folder: string): string {
  mkdirSync(folder);
  const archive = execFileSync("git", ["archive", ref], { cwd: ROOT, maxBuffer: 256 * 1024 * 1024 });
  execFileSync("tar", ["-x", "-C", folder], { input: archive });
  // Its own dependencies: today's may have other types, and link to today's packages.
  shell(folder, "npm ci --ignore-scripts --prefer-offline --no-audit --no-fund");
  return folder;
}
