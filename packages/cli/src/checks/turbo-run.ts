import { spawn } from "node:child_process";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

/** One check of one workspace, as turbo saw it. */
export interface TaskRun {
  readonly task: string;
  readonly workspace: string;
  /** The workspace's folder, relative to the root. */
  readonly directory: string;
  readonly cached: boolean;
  readonly seconds: number;
  readonly ok: boolean;
}

/**
 * Runs turbo on the given tasks. It prints the full output of what fails, and nothing of what
 * passes.
 *
 * @returns turbo's exit code, and what ran; no runs if turbo itself failed
 */
export async function runTurbo(options: {
  readonly root: string;
  readonly tasks: readonly string[];
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Ends turbo, and what it started. */
  readonly signal: AbortSignal;
}): Promise<{ readonly code: number; readonly runs: readonly TaskRun[] }> {
  const { root, tasks, args, env, signal } = options;
  const summaries = join(root, ".turbo", "runs");
  rmSync(summaries, { recursive: true, force: true });
  const turbo = spawn(
    join(root, "node_modules", ".bin", "turbo"),
    [
      "run",
      ...tasks,
      "--continue=always",
      "--output-logs=errors-only",
      "--log-order=grouped",
      "--ui=stream",
      "--summarize",
      ...args,
    ],
    {
      cwd: root,
      env: { ...env, TURBO_TELEMETRY_DISABLED: "1", TURBO_NO_UPDATE_NOTIFIER: "1" },
      stdio: ["ignore", "inherit", "inherit"],
    },
  );
  signal.addEventListener("abort", () => turbo.kill("SIGTERM"));
  const code = await new Promise<number>((resolve, reject) => {
    turbo.once("error", reject);
    turbo.once("close", (exitCode) => resolve(exitCode ?? 1));
  });
  return { code, runs: readRuns(summaries) };
}

function readRuns(folder: string): TaskRun[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return [];
  }
  return names.flatMap((name) => {
    const summary: unknown = JSON.parse(readFileSync(join(folder, name), "utf8"));
    return arrayAt(summary, "tasks").flatMap(toTaskRun);
  });
}

/** Empty for what did not run: a transit node has no command, and its `execution` is missing. */
function toTaskRun(entry: unknown): TaskRun[] {
  const task = stringAt(entry, "task");
  const execution = at(entry, "execution");
  const start = at(execution, "startTime");
  const end = at(execution, "endTime");
  if (
    typeof start !== "number" ||
    typeof end !== "number" ||
    stringAt(entry, "command") === "<NONEXISTENT>"
  ) {
    return [];
  }
  return [
    {
      task,
      workspace: stringAt(entry, "package").replace("@triptych/", "").replace("//", "all files"),
      directory: stringAt(entry, "directory"),
      cached: at(at(entry, "cache"), "status") === "HIT",
      seconds: (end - start) / 1000,
      ok: at(execution, "exitCode") === 0,
    },
  ];
}

function at(value: unknown, key: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  return Object.entries(value).find(([name]) => name === key)?.[1];
}

function stringAt(value: unknown, key: string): string {
  const found = at(value, key);
  if (typeof found !== "string")
    throw new TypeError(`turbo's summary has no "${key}": has its format changed?`);
  return found;
}

function arrayAt(value: unknown, key: string): unknown[] {
  const found = at(value, key);
  return Array.isArray(found) ? found : [];
}
