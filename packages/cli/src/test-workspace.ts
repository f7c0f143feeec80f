#!/usr/bin/env node
/**
 * A workspace's `npm test`: runs the tests of the folder that it is started in. All `*.test.ts`
 * share this process, as most of their time is start-up; each `*.isolated.test.ts` has one of its
 * own.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { globSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, matchesGlob, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { run } from "node:test";
import type { EventData } from "node:test";
import { spec } from "node:test/reporters";
import { parseArgs } from "node:util";
import { addCounts, isTestCounts, noTests, renderCounts, summaryPath } from "./checks/summary.ts";
import type { TestCounts } from "./checks/summary.ts";

/** The slowest single test, which makes an image, needs a fifth of it on an idle machine. */
const TEST_TIMEOUT_MS = 300_000;
/**
 * How long after its last test a process may still have something open. A suite's `before` hook is
 * no test, and one that makes an image takes a minute on a busy machine.
 */
const CLOSING_MS = 180_000;

const { values } = parseArgs({
  options: {
    /** The task's name: its counts go to `.turbo/<task>-summary.json`. */
    task: { type: "string", default: "test" },
    /** Globs of the only test files to run, or of those not to run. */
    only: { type: "string", default: "**" },
    except: { type: "string", default: "" },
    /** Runs this file only, in this process, and sends the counts to the parent process. */
    isolated: { type: "string" },
    /** How long a test may take, ms, and how long the process after the last one. */
    timeout: { type: "string", default: String(TEST_TIMEOUT_MS) },
    closing: { type: "string", default: String(CLOSING_MS) },
  },
});

const print = (line: string): void => void process.stdout.write(`${line}\n`);

/**
 * Runs test files in this process. Their output goes to stdout. Ends the process with status 1
 * where a test does not end, or leaves something open.
 */
async function runHere(files: readonly string[]): Promise<TestCounts> {
  const counts = noTests();
  let problem: string | undefined = "the process ended before its tests did";
  process.on("exit", (code) => {
    if (problem === undefined) return;
    print(`problem: ${problem} (exit code ${code})`);
    process.exitCode = 1;
  });
  const giveUp = (why: string): never => {
    problem = why;
    process.exit(1);
  };
  const tests = run({ files: files.map((file) => resolve(file)), isolation: "none" });
  let running = 0;
  let patience: NodeJS.Timeout | undefined;
  const wait = (change: 1 | -1): void => {
    running += change;
    clearTimeout(patience);
    patience =
      running > 0
        ? setTimeout(giveUp, Number(values.timeout), `no test ended for ${values.timeout} ms`)
        : setTimeout(giveUp, Number(values.closing), "something (a server, socket or timer) stays open");
    patience.unref();
  };
  tests.on("test:enqueue", () => wait(1));
  tests.on("test:complete", () => wait(-1));
  tests.on("test:pass", (data) => count(counts, data, undefined));
  tests.on("test:fail", (data) => count(counts, data, data.details.error));
  tests.compose(spec).pipe(process.stdout, { end: false });
  // It ends when nothing is left to do in this process.
  await once(tests, "end");
  clearTimeout(patience);
  problem = undefined;
  return counts;
}

/**
 * Suites are not counted, except a skipped one (its tests are never listed) and one that fails by
 * itself (a hook, for instance). A test that fails only because a test inside it failed is not
 * counted a second time.
 */
function count(
  counts: TestCounts,
  { name, file, skip, todo, details }: EventData.TestPass | EventData.TestFail,
  error: Error | undefined,
): void {
  const reason = reasonOf("skip", skip) ?? reasonOf("todo", todo);
  // Node reports a file without a test as a test of the file's name that passes.
  const isEmptyFile = file !== undefined && resolve(name) === file;
  if (reason !== undefined) {
    counts.skipped += 1;
    counts.skips.push({ name, reason });
  } else if (error !== undefined) {
    if (!("failureType" in error && error.failureType === "subtestsFailed")) counts.failed += 1;
  } else if (details.type !== "suite" && !isEmptyFile) counts.passed += 1;
}

function reasonOf(word: string, value: string | boolean | undefined): string | undefined {
  if (value === undefined || value === false) return undefined;
  return typeof value === "string" && value !== "" ? value : `${word}, without a reason`;
}

/**
 * Runs one file in its own process. One that fails without a failed test counts as a failed test.
 */
async function runIsolated(file: string): Promise<TestCounts> {
  const args = [
    import.meta.filename,
    "--isolated",
    file,
    "--timeout",
    values.timeout,
    "--closing",
    values.closing,
  ];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe", "ipc"] });
  const kill = (): void => void child.kill("SIGKILL");
  process.once("exit", kill);
  let counts = noTests();
  child.on("message", (message) => {
    if (isTestCounts(message)) counts = message;
  });
  const pipes = [child.stdout, child.stderr].map(async (pipe) => (pipe === null ? "" : text(pipe)));
  const [[code], ...output] = await Promise.all([once(child, "close"), ...pipes]);
  process.off("exit", kill);
  print(`\n${file} (in its own process)\n${output.join("")}`);
  return code === 0 || counts.failed > 0 ? counts : addCounts(counts, { ...noTests(), failed: 1 });
}

/** Two at a time, as most of them wait for processes that they started. */
async function runAllIsolated(files: readonly string[]): Promise<TestCounts> {
  let total = noTests();
  const queue = [...files];
  const worker = async (take: () => string | undefined): Promise<void> => {
    for (let file = take(); file !== undefined; file = take()) {
      const counts = await runIsolated(file);
      total = addCounts(total, counts);
    }
  };
  // From both ends: the files of a folder are of one kind, and two that need the whole machine
  // would slow each other down.
  await Promise.all([worker(() => queue.shift()), worker(() => queue.pop())]);
  return total;
}

/** @returns whether nothing failed, and something ran if there are test files */
async function runWorkspace(): Promise<boolean> {
  const summaryFile = summaryPath(values.task);
  rmSync(summaryFile, { force: true });
  const all = globSync("**/*.test.ts", { exclude: ["**/{node_modules,fixtures}/**"] }).toSorted();
  const files = all.filter((file) => matchesGlob(file, values.only) && !matchesGlob(file, values.except));
  if (all.length === 0 && values.only === "**") print("This workspace has no tests.");
  const isIsolated = (file: string): boolean => file.endsWith(".isolated.test.ts");
  const shared = files.filter((file) => !isIsolated(file));
  const here = shared.length === 0 ? noTests() : await runHere(shared);
  const total = addCounts(here, await runAllIsolated(files.filter(isIsolated)));

  const problems: string[] = [];
  if (files.length === 0 && (all.length > 0 || values.only !== "**")) {
    const but = values.except === "" ? "" : ` but not ${values.except}`;
    problems.push(
      `none of the ${all.length} test files is ${values.only}${but} (paths are below this folder)`,
    );
  }
  if (files.length > 0 && total.passed + total.failed + total.skipped === 0) {
    problems.push(`${files.length} test files exist, but no test ran`);
  }
  if (process.env["CI"] === "true" && total.skipped > 0)
    problems.push(`${total.skipped} tests were skipped, and CI is set`);
  for (const problem of problems) print(`problem: ${problem}`);
  print(renderCounts(total));
  mkdirSync(dirname(summaryFile), { recursive: true });
  writeFileSync(summaryFile, `${JSON.stringify(total)}\n`);
  return problems.length === 0 && total.failed === 0;
}

// Without a top-level await: the tests end when the process has nothing left to do.
void (
  values.isolated === undefined
    ? runWorkspace()
    : runHere([values.isolated]).then((counts) => {
        process.send?.(counts);
        process.disconnect?.();
        return counts.failed === 0;
      })
).then((isGood) => (process.exitCode = isGood ? 0 : 1));
