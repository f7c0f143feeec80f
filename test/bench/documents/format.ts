import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { ROOT } from "../processes/apps.ts";

/** Lays written files out as the repository's formatter does: the check of formats reads them too. @param files from the root */
export function format(files: readonly string[]): void {
  const program = join(ROOT, "node_modules/.bin/oxfmt");
  execFileSync(process.execPath, [program, ...files.filter((file) => !file.endsWith(".svg"))], { cwd: ROOT });
}
