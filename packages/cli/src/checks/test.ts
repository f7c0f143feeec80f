import { execFileSync, spawn } from "node:child_process";
import {
  accessSync,
  constants,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, delimiter, join } from "node:path";
import type { Terminal } from "../command-line.ts";
import { stopSignal } from "../processes.ts";
import { readManifest } from "../repository.ts";
import { addCounts, noTests, readSummary, renderCounts, summaryPath } from "./summary.ts";

/** One run of each for all files: a run for each workspace takes four times as long. */
const OF_ALL_FILES = ["//#lint-all", "//#typecheck-all", "//#check-format", "//#unused"];
/** The same where only some workspaces are asked for. */
const OF_WORKSPACES = ["lint", "typecheck", "//#check-format", "//#unused"];
const TASKS = ["boundaries", "shipping", "check-contracts", "test"];

/** Tests that measure time, under load and faults of their own: they run when nothing else does. */
const ALONE = ["systems"];

/**
 * `npm test`: every check of every workspace, through turbo, which prints the output of what fails.
 *
 * @param given options of turbo, such as `--affected`
 * @returns 0 if something ran and nothing failed
 */
export async function runTests(
  given: readonly string[],
  { root, env, output }: Pick<Terminal, "root" | "env" | "output">,
): Promise<number> {
  const args = [...given, ...appFilters(given, root, env["TURBO_SCM_BASE"] ?? "main")];
  const signal = stopSignal();
  recordTestTools(join(root, ".dev", "test-tools"), env["PATH"] ?? "");
  const summaries = (): string[] =>
    globSync(`{apps/*,packages/*,test}/${summaryPath("*")}`, { cwd: root }).map((path) => join(root, path));
  for (const file of summaries()) rmSync(file);
  // The tests start a few dozen programs hundreds of times: what V8 compiled of them is kept for
  // this run. Not for the next one, as many lie in folders that their test removes.
  const compiled = mkdtempSync(join(tmpdir(), "triptych-compiled-"));
  process.on("exit", () => rmSync(compiled, { recursive: true, force: true }));

  // A repository has the tasks that it needs.
  const known = readFileSync(join(root, "turbo.json"), "utf8");
  const run = async (tasks: readonly string[]) => {
    const there = tasks.filter((task) => known.includes(`"${task}"`));
    if (there.length === 0) return 0;
    // turbo keeps every core busy: more threads of one compiler or linter (in Go) only take longer.
    const shared = { NODE_COMPILE_CACHE: compiled, GOMAXPROCS: "1" };
    return runTurbo(root, [...there, ...args, ...withoutSubmodules(root)], { ...shared, ...env }, signal);
  };
  const together = await run([...(selects(args) ? OF_WORKSPACES : OF_ALL_FILES), ...TASKS]);
  const alone = signal.aborted ? 1 : await run(ALONE);
  const counts = summaries().map(readSummary);
  const total = counts.reduce(addCounts, noTests());
  output.write(`\n${renderCounts(total)}\n`);
  // Nothing to run is a mistake, unless only what a change reaches was asked for.
  const ran = counts.length > 0 || args.includes("--affected");
  return Math.max(together, alone, ran ? 0 : 1);
}

function selects(args: readonly string[]): boolean {
  return args.some((arg) => /^(?:--affected|--filter|-F)(?:=|$)/.test(arg));
}

/**
 * Leaves out the workspaces of a submodule (docs/adopting.md): a repository in this one, with its
 * own checks.
 */
export function withoutSubmodules(root: string): readonly string[] {
  const { workspaces } = Object(readManifest(root));
  const patterns: readonly string[] = [workspaces].flat();
  return patterns
    .filter((pattern) => isSubmodule(join(root, pattern.split("/")[0] ?? "")))
    .map((pattern) => `--filter=!./${pattern}`);
}

function isSubmodule(folder: string): boolean {
  return existsSync(join(folder, "turbo.json")) && existsSync(join(folder, "package.json"));
}

/**
 * With `--affected` alone, where only apps with a pipeline of their own have changed: what these
 * pipelines check. What else the change reaches (the whole-system tests) the shared pipeline
 * checks.
 */
function appFilters(args: readonly string[], root: string, base: string): readonly string[] {
  if (!args.includes("--affected") || selects(args.filter((arg) => arg !== "--affected"))) return [];
  const read = (program: string, ...args: string[]): string =>
    execFileSync(program, args, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  try {
    const from = read("git", "merge-base", base, "HEAD").trim();
    const listed = read(turboOf(root), "ls", `--filter=[${from}]`, "--output=json");
    const { items } = Object(JSON.parse(listed)).packages;
    const changed: readonly string[] = items.map(({ path }: { path: string }) => path);
    const ships = (path: string): boolean =>
      path.startsWith("apps/") && existsSync(join(root, `.github/workflows/${basename(path)}.yml`));
    return changed.every(ships) ? changed.map((path) => `--filter=./${path}`) : [];
  } catch {
    // Without a base to compare with, turbo checks everything.
    return [];
  }
}

function turboOf(root: string): string {
  return join(root, "node_modules", ".bin", "turbo");
}

/** @returns turbo's exit code */
async function runTurbo(
  cwd: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<number> {
  const flags = ["--continue=always", "--output-logs=errors-only", "--log-order=grouped", "--ui=stream"];
  const turbo = spawn(turboOf(cwd), ["run", ...flags, ...args], {
    cwd,
    env: { ...env, TURBO_TELEMETRY_DISABLED: "1", TURBO_NO_UPDATE_NOTIFIER: "1" },
    stdio: ["ignore", "inherit", "inherit"],
  });
  signal.addEventListener("abort", () => turbo.kill("SIGTERM"));
  return new Promise((resolve, reject) => {
    turbo.once("error", reject);
    turbo.once("close", (code) => resolve(code ?? 1));
  });
}

/** Programs that some tests need, and skip without. */
const TEST_TOOLS = ["haproxy", "redis-server", "chromium", "chromium-headless-shell", "ip", "kubectl"];

/**
 * Writes down which of them this machine has. The file is an input of the whole-system tests in
 * turbo.json: a result that was cached without a program is no result once it is installed.
 */
export function recordTestTools(file: string, path: string): void {
  const found = TEST_TOOLS.filter((program) =>
    path.split(delimiter).some((folder) => canRun(join(folder, program))),
  );
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, `${found.join("\n")}\n`);
}

function canRun(program: string): boolean {
  try {
    accessSync(program, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
