import { existsSync, globSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { CommandError, UsageError } from "../command-line.ts";
import type { Terminal } from "../command-line.ts";
import { runLine } from "../processes.ts";
import { appNamed, scriptsOf } from "../repository.ts";

/** A command line, where it runs, and what mends a failure where one command does. */
interface Step {
  readonly what: string;
  readonly cwd: string;
  readonly line: string;
  readonly mend?: string | undefined;
}

/**
 * `triptych check`: writes an app's contract, then checks the app: the promises of its contract,
 * format, types, lint, unused code, tests and budgets, as the app's pipeline does. A check that
 * fails does not keep the others from running.
 *
 * @param given `web-bff`, or `web` for short
 * @returns 1 where a check failed
 * @throws UsageError for an app that does not exist
 */
export async function checkApp(
  given: string | undefined,
  { root, env, output }: Pick<Terminal, "root" | "env" | "output">,
  signal: AbortSignal,
): Promise<number> {
  const app = appOf(root, given);
  const folder = `apps/${app}`;
  const steps = stepsFor(root, app);
  output.write(`${app}: ${steps.length} checks: ${steps.map(({ what }) => what).join(", ")}\n`);
  const failed: string[] = [];
  const before = written(root, folder);
  for (const { what, cwd, line, mend } of steps) {
    const started = performance.now();
    let said = "";
    try {
      said = await runLine(root, cwd, line, { env, signal });
      output.write(`ok      ${what.padEnd(9)} ${((performance.now() - started) / 1000).toFixed(1)} s\n`);
    } catch (error) {
      if (signal.aborted || !(error instanceof CommandError)) throw error;
      failed.push(what);
      output.write(`FAILED  ${what}: ${withoutPassed(error.message)}\n`);
      if (mend !== undefined) output.write(`        ${mend} mends it\n`);
    }
    if (what !== "contract") continue;
    // Such as an example that the contract leaves out.
    output.write(said.replaceAll(/^(?=.)/gm, "        "));
    const changed = [...written(root, folder)].filter(([file, text]) => before.get(file) !== text);
    for (const [file] of changed) output.write(`        wrote ${file}: it was out of date\n`);
  }
  const verdict =
    failed.length === 0
      ? `all ${steps.length} checks passed`
      : `${failed.length} of ${steps.length} checks failed: ${failed.join(", ")}`;
  output.write(`${app}: ${verdict}\n`);
  return failed.length === 0 ? 0 : 1;
}

/** Hundreds of tests that passed would hide the one that failed. */
function withoutPassed(said: string): string {
  return said.replaceAll(/^ *✔ .*\n/gm, "");
}

/**
 * What is run for an app: first what writes files, then the quick checks, last the slow ones. A
 * script runs where the app has it, a check of the repository where that has it.
 */
function stepsFor(root: string, app: string): readonly Step[] {
  const cwd = `apps/${app}`;
  const scripts = scriptsOf(join(root, cwd));
  const script = (what: string, ...names: readonly string[]): readonly Step[] => {
    const line = names.map((name) => scripts.get(name)).find((text) => text !== undefined);
    return line === undefined ? [] : [{ what, cwd, line }];
  };
  const ofRepository = (what: string, line: string, needs: string, mend?: string): readonly Step[] =>
    existsSync(join(root, needs)) ? [{ what, cwd: ".", line, mend }] : [];
  return [
    ...script("contract", "contracts", "generate"),
    ...ofRepository("format", `oxfmt --check ${cwd}`, cwd, "npm run format"),
    ...script("guard", "check-contracts"),
    ...script("types", "typecheck"),
    ...script("lint", "lint"),
    ...ofRepository("unused", "knip", "knip.jsonc"),
    ...script("tests", "test"),
    ...ofRepository("budgets", `node test/budgets/main.ts ${app}`, "test/budgets"),
  ];
}

function appOf(root: string, given: string | undefined): string {
  const apps = globSync("apps/*/package.json", { cwd: root }).map((path) => basename(dirname(path)));
  if (given === undefined) throw new UsageError(`<app> is missing: one of ${apps.toSorted().join(", ")}`);
  return appNamed(given, apps);
}

/** The files that the script of the contract may write. */
function written(root: string, folder: string): ReadonlyMap<string, string> {
  const files = globSync(`${folder}/{contracts,client,src/generated}/**`, { cwd: root });
  return new Map(
    files
      .filter((file) => existsSync(join(root, file)) && statSync(join(root, file)).isFile())
      .map((file) => [file, readFileSync(join(root, file), "utf8")]),
  );
}
