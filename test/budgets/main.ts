/**
 * `npm run budgets [-- --base <ref>] [<app>…]`: what the screens use of their budgets on the sample
 * data, and the change since another commit. Ends with 1 where one is over its budget. `--json`
 * prints the measures.
 */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseArgs, promisify } from "node:util";
import { ROOT } from "@triptych/cli/stack";
import { runCommand } from "@triptych/testing/program";
import { checkOut, findBase } from "../bench/base/checkout.ts";
import type { NoBase } from "../bench/base/checkout.ts";
import { measureBudgets } from "./measure.ts";
import { renderReport } from "./report.ts";
import type { Before } from "./report.ts";
import { budgetedScreens, overruns } from "./screens.ts";
import type { MeasuredScreen } from "./screens.ts";

/** Any fixed text: with it, two runs visit the same pages. */
const SEED = "budgets";

const print = (text: string): void => void process.stdout.write(`${text}\n`);
const warn = (text: string): void => void process.stderr.write(`${text}\n`);

async function report(apps: readonly string[], base: string | undefined): Promise<void> {
  const screens = await budgetedScreens(apps);
  if (screens.length === 0) {
    print(`${apps.join(", ")}: no screens, so no budgets of screens`);
    return;
  }
  const measured = await measureBudgets(screens, SEED);
  let before: Before | undefined;
  if (base !== undefined) {
    // By their whole names: the other commit is asked for its own list of them.
    const named = apps.length === 0 ? [] : [...new Set(screens.map(({ app }) => app))];
    const found = await measureBase(base, named);
    if ("why" in found) warn(`Nothing to compare with: ${found.why}`);
    else before = found;
  }
  print(renderReport(measured, before));
  const over = measured.flatMap(overruns);
  if (over.length > 0) {
    print(`\nOver budget:\n${over.map((one) => `- ${one}`).join("\n")}`);
    process.exitCode = 1;
  }
}

/** Bytes of output. A table of every BFF has some kilobytes. */
const MAX_OUTPUT = 10_000_000;

/**
 * Measures the same screens of another commit, by that commit's program and on this machine, so
 * that their times can be compared too. Or says why there is nothing to compare with.
 */
async function measureBase(ref: string, apps: readonly string[]): Promise<Before | NoBase> {
  const base = await findBase(ROOT, ref);
  if ("why" in base) return base;
  await using checkout = await checkOut(ROOT, base, { npm: process.env["npm_execpath"], print: warn });
  const folder = checkout.root;
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
}

await runCommand("budgets", "npm run budgets -- [--base main] [<app>…]", async () => {
  const { values, positionals } = parseArgs({
    options: { base: { type: "string" }, json: { type: "boolean", default: false } },
    allowPositionals: true,
  });
  if (values.json) print(JSON.stringify(await measureBudgets(await budgetedScreens(positionals), SEED)));
  else await report(positionals, values.base);
});
