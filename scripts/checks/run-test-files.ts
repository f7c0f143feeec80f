import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { isTestCounts, noTests } from "./summary.ts";
import type { TestCounts } from "./summary.ts";

/** A single test that takes longer hangs: the slowest whole-system test needs a fraction of it. */
const TEST_TIMEOUT_MS = 120_000;

/** When the last test has ended, this long is enough to close what is open. */
const EXIT_GRACE_MS = 10_000;

export interface FilesOutcome {
  readonly counts: TestCounts;
  /** What the process printed, where it was not printed at once. */
  readonly output: string;
  /** Why the run is not good although no test failed: it ended early, or never. */
  readonly problem?: string;
}

/**
 * Runs test files in one new process.
 *
 * @param options.output `inherit` prints at once; `capture` gives the output back
 */
export async function runTestFiles(
  files: readonly string[],
  options: {
    readonly cwd: string;
    readonly env: NodeJS.ProcessEnv;
    readonly output: "inherit" | "capture";
    readonly exitGraceMs?: number;
  },
): Promise<FilesOutcome> {
  const { cwd, exitGraceMs = EXIT_GRACE_MS } = options;
  const stream = options.output === "inherit" ? "inherit" : "pipe";
  const reporter = new URL("reporter.ts", import.meta.url).href;
  // NODE_TEST_CONTEXT would make a run inside a test's process report to that test, not to us.
  const { NODE_TEST_CONTEXT: _outer, ...env } = options.env;
  const child = spawn(
    process.execPath,
    [
      "--test",
      "--test-isolation=none",
      `--test-timeout=${TEST_TIMEOUT_MS}`,
      "--test-reporter=spec",
      "--test-reporter-destination=stdout",
      `--test-reporter=${reporter}`,
      "--test-reporter-destination=stderr",
      ...files,
    ],
    { cwd, env, stdio: ["ignore", stream, stream, "ipc"] },
  );
  const killChild = () => void child.kill("SIGKILL");
  process.once("exit", killChild);

  let counts: TestCounts | undefined;
  let overdue: NodeJS.Timeout | undefined;
  let stayedOpen = false;
  child.on("message", (message) => {
    if (!isTestCounts(message)) return;
    counts = message;
    overdue = setTimeout(() => {
      stayedOpen = true;
      killChild();
    }, exitGraceMs);
  });
  const printed = Promise.all([child.stdout, child.stderr].map(async (pipe) => (pipe ? text(pipe) : "")));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  clearTimeout(overdue);
  process.off("exit", killChild);

  const problem = problemOf({ counts, stayedOpen, code });
  return {
    counts: counts ?? noTests(),
    output: (await printed).join(""),
    ...(problem === undefined ? {} : { problem }),
  };
}

function problemOf(run: {
  readonly counts: TestCounts | undefined;
  readonly stayedOpen: boolean;
  readonly code: number | null;
}): string | undefined {
  const { counts, stayedOpen, code } = run;
  if (counts === undefined) return `the process ended before its tests did (exit code ${code})`;
  if (stayedOpen)
    return "the tests left something open (a server, socket or timer), so the process did not end";
  if (code !== 0 && counts.failed === 0) return `no test failed, but the process ended with code ${code}`;
  return undefined;
}
