import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { ROOT } from "@triptych/cli/stack";
import { checkOut, findBase } from "../bench/base/checkout.ts";
import type { NoBase } from "../bench/base/checkout.ts";
import type { Before } from "./report.ts";
import type { MeasuredScreen } from "./use.ts";

/** A table of every BFF is some kilobytes. */
const MAX_OUTPUT = 10_000_000;

/**
 * Measures the same screens of another commit, by its own program and on this machine, so that their times can be compared too.
 * @returns why there is nothing to compare with, where that is so
 */
export async function measureBase(
  ref: string,
  apps: readonly string[],
  options: { readonly npm: string | undefined; readonly print: (line: string) => void },
): Promise<Before | NoBase> {
  const base = await findBase(ROOT, ref);
  if ("why" in base) return base;
  const folder = await mkdtemp(join(tmpdir(), "budgets-base-"));
  try {
    await checkOut(ROOT, base, folder, options);
    const main = join(folder, "test", "budgets", "main.ts");
    if (!existsSync(main)) return { why: `${base.name} has no npm run budgets yet` };
    const known = apps.filter((app) => existsSync(join(folder, "apps", app)));
    if (apps.length > 0 && known.length === 0) return { name: base.name, screens: [] };
    const { stdout } = await promisify(execFile)(process.execPath, [main, "--json", ...known], {
      cwd: folder,
      maxBuffer: MAX_OUTPUT,
    });
    const screens: readonly MeasuredScreen[] = JSON.parse(stdout);
    return { name: base.name, screens };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
