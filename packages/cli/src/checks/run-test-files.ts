import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { isTestCounts, noTests } from "./summary.ts";
import type { TestCounts } from "./summary.ts";

/**
 * A single test that takes longer hangs: the slowest, which makes an image, needs a fifth of it on
 * a machine that does nothing else.
 */
const TEST_TIMEOUT_MS = 300_000;

/**
 * No test ends for longer than one may take: then none runs any more, but something keeps the
 * process alive.
 */
const IDLE_MS = TEST_TIMEOUT_MS + 10_000;

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
    readonly idleMs?: number;
  },
): Promise<FilesOutcome> {
  const { cwd, idleMs = IDLE_MS } = options;
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

  let counts = noTests();
  let done = false;
  let stayedOpen = false;
  const idle = setTimeout(() => {
    stayedOpen = true;
    killChild();
  }, idleMs);
  child.on("message", (message) => {
    if (!isTestCounts(message)) return;
    counts = message;
    done = "done" in message && message.done === true;
    idle.refresh();
  });
  const printed = Promise.all([child.stdout, child.stderr].map(async (pipe) => (pipe ? text(pipe) : "")));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  clearTimeout(idle);
  process.off("exit", killChild);

  const { passed, failed, skipped, skips } = counts;
  const outcome = { counts: { passed, failed, skipped, skips }, output: (await printed).join("") };
  const problem = problemOf({ failed, done, stayedOpen, code, idleMs });
  return problem === undefined ? outcome : { ...outcome, problem };
}

function problemOf(run: {
  readonly failed: number;
  readonly done: boolean;
  readonly stayedOpen: boolean;
  readonly code: number | null;
  readonly idleMs: number;
}): string | undefined {
  const { failed, done, stayedOpen, code, idleMs } = run;
  if (stayedOpen) {
    return `no test ended for ${idleMs / 1000} s, but something (a server, socket or timer) keeps the process alive`;
  }
  if (!done) return `the process ended before its tests did (exit code ${code})`;
  if (code !== 0 && failed === 0) return `no test failed, but the process ended with code ${code}`;
  return undefined;
}
