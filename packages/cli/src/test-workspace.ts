import { globSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, matchesGlob } from "node:path";
import { parseArgs } from "node:util";
import { runTestFiles } from "./checks/run-test-files.ts";
import { addCounts, noTests, summaryPath } from "./checks/summary.ts";

/** What to run of a workspace, and how. */
export interface WorkspaceRun {
  /** The workspace's folder. */
  readonly cwd: string;
  /** The task's name; the counts go to `.turbo/<task>-summary.json`. */
  readonly task: string;
  /** Globs, relative to `cwd`, of the only test files to run, or of those not to run. */
  readonly only?: string | undefined;
  readonly except?: string | undefined;
  /** The tests' environment. With CI=true a skipped test is a failure. */
  readonly env: NodeJS.ProcessEnv;
  /** Whether the tests that share a process print as they go, or through `print` at their end. */
  readonly output: "inherit" | "capture";
  readonly print: (line: string) => void;
}

/**
 * Runs a workspace's tests: all `*.test.ts` in one process, then each `*.isolated.test.ts` in its
 * own.
 *
 * @returns whether all is well: nothing failed, and something ran if there are test files.
 */
export async function runWorkspaceTests(run: WorkspaceRun): Promise<boolean> {
  const { cwd, env, print } = run;
  const summaryFile = join(cwd, summaryPath(run.task));
  rmSync(summaryFile, { force: true });
  const files = findTestFiles(run);
  const isolated = files.filter((file) => file.endsWith(".isolated.test.ts"));
  const shared = files.filter((file) => !file.endsWith(".isolated.test.ts"));
  let total = noTests();
  const problems: string[] = [];
  if (files.length === 0) print("This workspace has no tests.");

  if (shared.length > 0) {
    const { counts, output, problem } = await runTestFiles(shared, { cwd, env, output: run.output });
    if (run.output === "capture") print(output);
    total = addCounts(total, counts);
    if (problem !== undefined) problems.push(problem);
  }
  const worker = async (take: () => string | undefined): Promise<void> => {
    for (let file = take(); file !== undefined; file = take()) {
      const { counts, output, problem } = await runTestFiles([file], { cwd, env, output: "capture" });
      print(`\n${file} (in its own process)\n${output}`);
      total = addCounts(total, counts);
      if (problem !== undefined) problems.push(`${file}: ${problem}`);
    }
  };
  // Two at a time, as most of them wait for processes that they started. From both ends, as the
  // files of one folder are of one kind, and two that need the whole machine would slow each other
  // down.
  const queue = [...isolated];
  await Promise.all([worker(() => queue.shift()), worker(() => queue.pop())]);

  if (files.length > 0 && total.passed + total.failed + total.skipped === 0) {
    problems.push(`${files.length} test files exist, but no test ran`);
  }
  if (env["CI"] === "true" && total.skipped > 0)
    problems.push(`${total.skipped} tests were skipped, and CI is set`);
  for (const { name, reason } of total.skips) print(`skipped: ${name} (${reason})`);
  for (const problem of problems) print(`problem: ${problem}`);
  print(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
  mkdirSync(dirname(summaryFile), { recursive: true });
  writeFileSync(summaryFile, `${JSON.stringify(total)}\n`);
  return problems.length === 0 && total.failed === 0;
}

function findTestFiles({ cwd, only, except }: WorkspaceRun): string[] {
  return globSync("**/*.test.ts", { cwd, exclude: ["**/node_modules/**"] })
    .filter((file) => only === undefined || matchesGlob(file, only))
    .filter((file) => except === undefined || !matchesGlob(file, except))
    .toSorted();
}

// A workspace's `npm test`: the tests of the folder that it is started in.
if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      task: { type: "string", default: "test" },
      only: { type: "string" },
      except: { type: "string" },
    },
  });
  const ok = await runWorkspaceTests({
    ...values,
    cwd: process.cwd(),
    env: process.env,
    output: "inherit",
    print: (line) => void process.stdout.write(`${line}\n`),
  });
  process.exitCode = ok ? 0 : 1;
}
