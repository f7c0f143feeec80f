/**
 * `npm run budgets [-- --base <ref>] [<app>…]`: what the screens take of their budgets on the sample data, and the change since
 * another commit. Ends with 1 where one is over its budget. `--json` prints what was measured.
 */
import { parseArgs } from "node:util";
import { measureBase } from "./base.ts";
import { measureBudgets } from "./measure.ts";
import { renderReport } from "./report.ts";
import type { Before } from "./report.ts";
import { budgetedScreens } from "./screens.ts";
import { overruns } from "./use.ts";

/** Any, but always the same: two runs visit the same pages. */
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
    const npm = process.env["npm_execpath"];
    const found = await measureBase(base, apps, { npm, print: warn });
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

try {
  const { values, positionals } = parseArgs({
    options: { base: { type: "string" }, json: { type: "boolean", default: false } },
    allowPositionals: true,
  });
  if (values.json) print(JSON.stringify(await measureBudgets(await budgetedScreens(positionals), SEED)));
  else await report(positionals, values.base);
} catch (error) {
  if (!(error instanceof TypeError)) throw error;
  warn(`budgets: ${error.message} (usage: npm run budgets -- [--base main] [<app>…])`);
  process.exitCode = 2;
}
