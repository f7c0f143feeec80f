import { existsSync, globSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { CommandError, UsageError } from "../command-line.ts";
import type { Terminal } from "../command-line.ts";
import { runLine } from "../processes.ts";
import { appNamed } from "../repository.ts";

/** What is run for an app, in this order: a script of its package.json each, if it has one. */
const SCRIPTS: readonly (readonly [what: string, ...scripts: string[]])[] = [
  ["contract", "contracts", "generate"],
  ["guard", "check-contracts"],
  ["types", "typecheck"],
  ["lint", "lint"],
  ["tests", "test"],
];

/**
 * `triptych check`: writes an app's contract, then checks the app: the promises of its contract,
 * types, lint, tests, format, unused code and budgets, as the app's pipeline does. A check that
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
  const manifest: unknown = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
  const scripts = new Map(Object.entries<unknown>(Object(Object(manifest).scripts)));
  const steps = SCRIPTS.flatMap(([what, ...names]) => {
    const line = names.map((name) => scripts.get(name)).find((script) => typeof script === "string");
    return line === undefined ? [] : [{ what, cwd: folder, line }];
  });
  let failed = 0;
  const before = written(root, folder);
  const ofRepository = [
    { what: "format", cwd: ".", line: `oxfmt --check ${folder}`, needs: folder },
    { what: "unused", cwd: ".", line: "knip", needs: "knip.jsonc" },
    { what: "budgets", cwd: ".", line: `node test/budgets/main.ts ${app}`, needs: "test/budgets" },
  ].filter(({ needs }) => existsSync(join(root, needs)));
  for (const { what, cwd, line } of [...steps, ...ofRepository]) {
    const started = performance.now();
    try {
      await runLine(root, cwd, line, { env, signal });
      output.write(`ok      ${what.padEnd(9)} ${((performance.now() - started) / 1000).toFixed(1)} s\n`);
    } catch (error) {
      if (signal.aborted || !(error instanceof CommandError)) throw error;
      failed += 1;
      output.write(`FAILED  ${what}: ${error.message}\n`);
    }
    if (what !== "contract") continue;
    const changed = [...written(root, folder)].filter(([file, text]) => before.get(file) !== text);
    for (const [file] of changed) output.write(`        wrote ${file}: it was out of date\n`);
  }
  return failed === 0 ? 0 : 1;
}

function appOf(root: string, given: string | undefined): string {
  const apps = globSync("apps/*/package.json", { cwd: root }).map((path) => basename(dirname(path)));
  if (given === undefined) throw new UsageError(`<app> is missing: one of ${apps.toSorted().join(", ")}`);
  return appNamed(given, apps);
}

/**
 * What the script that writes the contract may change: the contract, the client package, generated
 * code.
 */
function written(root: string, folder: string): ReadonlyMap<string, string> {
  const files = globSync(`${folder}/{contracts,client,src/generated}/**`, { cwd: root });
  return new Map(
    files
      .filter((file) => existsSync(join(root, file)) && statSync(join(root, file)).isFile())
      .map((file) => [file, readFileSync(join(root, file), "utf8")]),
  );
}
