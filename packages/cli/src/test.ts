/** `npm test`: every check of every workspace, through turbo. More arguments go to turbo: `npm test -- --affected`. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { renderSkips, renderTable, renderTotals } from "./checks/report.ts";
import { addCounts, noTests, readSummary, summaryPath } from "./checks/summary.ts";
import { recordTestTools } from "./checks/test-tools.ts";
import { runTurbo } from "./checks/turbo-run.ts";
import { onStopRequest } from "./process/stop-requests.ts";

const TASKS = [
  "lint",
  "typecheck",
  "check-format",
  "boundaries",
  "unused",
  "shipping",
  "check-contracts",
  "test",
];

/** They measure time, under load and faults of their own: they run when nothing else does any more. */
const ALONE = ["systems"];

const root = join(import.meta.dirname, "..", "..", "..");
const args = process.argv.slice(2);
const print = (text: string): void => {
  if (text !== "") process.stdout.write(`${text}\n`);
};

let stopped = false;
onStopRequest(() => {
  stopped = true;
});
recordTestTools(join(root, ".dev", "test-tools"), process.env["PATH"] ?? "");
// Hundreds of programs are started, the same few dozen again and again: what V8 compiled of them is kept for this run. Not for the next one, since
// many lie in folders of their own that go with their test.
const compiled = mkdtempSync(join(tmpdir(), "triptych-compiled-"));
process.on("exit", () => rmSync(compiled, { recursive: true, force: true }));
const env = { NODE_COMPILE_CACHE: compiled, ...process.env };
const together = await runTurbo({ root, tasks: TASKS, args, env });
const alone = stopped ? { code: 1, runs: [] } : await runTurbo({ root, tasks: ALONE, args, env });
const runs = [...together.runs, ...alone.runs];
const code = Math.max(together.code, alone.code);
const total = runs
  .map(({ directory, task }) => readSummary(join(root, directory, summaryPath(task))) ?? noTests())
  .reduce(addCounts, noTests());
const failed = runs.filter((run) => !run.ok);

print("");
print(renderTable(runs, [...TASKS, ...ALONE]));
print(renderSkips(total.skips));
for (const run of failed) print(`failed: ${run.task} of ${run.workspace} (its output is above)`);
print(renderTotals(total));
// Nothing to run is a mistake, unless only what a change reaches was asked for.
const ran = runs.length > 0 || args.includes("--affected");
process.exitCode = code === 0 && failed.length === 0 && ran ? 0 : Math.max(code, 1);
