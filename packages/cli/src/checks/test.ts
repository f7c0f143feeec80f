import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Terminal } from "../command-line.ts";
import { stopSignal } from "../processes.ts";
import {
  addCounts,
  noTests,
  readSummary,
  renderSkips,
  renderTable,
  renderTotals,
  summaryPath,
} from "./summary.ts";
import { recordTestTools } from "./test-tools.ts";
import { runTurbo } from "./turbo-run.ts";

/**
 * One run of each for all files: started once for every workspace, they take four times as long.
 */
const OF_ALL_FILES = ["//#lint-all", "//#typecheck-all", "//#check-format", "//#unused"];
/** The same where only some workspaces are asked for. */
const OF_WORKSPACES = ["lint", "typecheck", "//#check-format", "//#unused"];
const TASKS = ["boundaries", "shipping", "check-contracts", "test"];

/** Tests that measure time, under load and faults of their own: they run when nothing else does. */
const ALONE = ["systems"];

/**
 * `npm test`: every check of every workspace, through turbo.
 *
 * @param args for turbo, such as `--affected`
 * @returns 0 if something ran and nothing failed
 */
export async function runTests(
  args: readonly string[],
  { root, env, output }: Pick<Terminal, "root" | "env" | "output">,
): Promise<number> {
  const print = (text: string): void => {
    if (text !== "") output.write(`${text}\n`);
  };
  const signal = stopSignal();
  recordTestTools(join(root, ".dev", "test-tools"), env["PATH"] ?? "");
  // The tests start a few dozen programs hundreds of times: what V8 compiled of them is kept for
  // this run. Not for the next one, as many lie in folders that their test removes.
  const compiled = mkdtempSync(join(tmpdir(), "triptych-compiled-"));
  process.on("exit", () => rmSync(compiled, { recursive: true, force: true }));

  const run = async (tasks: readonly string[]) =>
    runTurbo({ root, tasks, args, env: { NODE_COMPILE_CACHE: compiled, ...env }, signal });
  const together = await run([...(selects(args) ? OF_WORKSPACES : OF_ALL_FILES), ...TASKS]);
  const alone = signal.aborted ? { code: 1, runs: [] } : await run(ALONE);
  const runs = [...together.runs, ...alone.runs];
  const code = Math.max(together.code, alone.code);
  const total = runs
    .map(({ directory, task }) => readSummary(join(root, directory, summaryPath(task))) ?? noTests())
    .reduce(addCounts, noTests());
  const failed = runs.filter(({ ok }) => !ok);

  print("\n" + renderTable(runs));
  print(renderSkips(total.skips));
  for (const { task, workspace } of failed) print(`failed: ${task} of ${workspace} (its output is above)`);
  print(renderTotals(total));
  // Nothing to run is a mistake, unless only what a change reaches was asked for.
  const ran = runs.length > 0 || args.includes("--affected");
  return code === 0 && failed.length === 0 && ran ? 0 : Math.max(code, 1);
}

function selects(args: readonly string[]): boolean {
  return args.some((arg) => /^(?:--affected|--filter|-F)(?:=|$)/.test(arg));
}
