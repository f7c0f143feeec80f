#!/usr/bin/env node
import { parseArgs } from "node:util";
import manifest from "../package.json" with { type: "json" };
import { checkApp } from "./check-app.ts";
import { release } from "./contract-files.ts";
import { isGuardError } from "./finding.ts";
import { render } from "./report.ts";

const USAGE = `Compares an app's contract with those of its releases.

  contract-guard [<app>…]                      folders of apps, by default the current one
  contract-guard --release <version> [<app>…]  keeps the contract of now as that release's
  contract-guard --help | --version

Ends with status 1 where a released client would break, and with 2 where a contract cannot be read.
`;

/** How the command ends, and what it prints. */
export type Outcome = { readonly status: 0 | 1 | 2; readonly stdout: string; readonly stderr: string };

/**
 * Runs the command.
 * @param args the words after the command's name
 * @param app the folder that is meant where none is named
 */
export async function run(args: readonly string[], app: string): Promise<Outcome> {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: {
        release: { type: "string" },
        help: { type: "boolean", short: "h", default: false },
        version: { type: "boolean", default: false },
      },
      allowPositionals: true,
    });
    if (values.help) return { status: 0, stdout: USAGE, stderr: "" };
    if (values.version) return { status: 0, stdout: `${manifest.version}\n`, stderr: "" };
    const { release: version } = values;
    const folders = positionals.length === 0 ? [app] : positionals;
    if (version !== undefined) {
      const written = folders.map((folder) => `${release(folder, version)}: written\n`);
      return { status: 0, stdout: written.join(""), stderr: "" };
    }
    const checks = [];
    for (const folder of folders) checks.push(await checkApp(folder));
    const isBroken = checks.some(({ breaks }) => breaks.length > 0);
    const stdout = checks.map((check) => `${render(check)}\n`).join("");
    return { status: isBroken ? 1 : 0, stdout, stderr: "" };
  } catch (error) {
    if (!isGuardError(error) && !isMisuse(error)) throw error;
    return { status: 2, stdout: "", stderr: `${error.message}\n` };
  }
}

/** Whether parseArgs does not know an option, or lacks its value. */
function isMisuse(error: unknown): error is Error {
  return error instanceof Error && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS_");
}

if (import.meta.main) {
  const { status, stdout, stderr } = await run(process.argv.slice(2), process.cwd());
  process.stdout.write(stdout);
  process.stderr.write(stderr);
  process.exitCode = status;
}
