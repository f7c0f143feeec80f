#!/usr/bin/env node
import { join } from "node:path";
import { parseArgs } from "node:util";
import manifest from "../package.json" with { type: "json" };
import { isContractError } from "./document.ts";
import type { Folders } from "./folders.ts";

const USAGE = `Generates TypeScript from OpenAPI contracts.

  contract-codegen modules [--check] --command <command> <contracts> <generated>
      Writes a module (orders.ts) for each contract (orders.openapi.yaml). With --check it writes
      nothing and ends with status 1 where a module differs. <command> is what to run to regenerate
      the modules: messages and headers name it.
  contract-codegen client [<app>]
      Writes the types of an app's client package (client/generated) from the app's contracts. The
      app is a folder, by default the current one.
  contract-codegen --help | --version
`;

/**
 * What a command ends with: 0, or 1 where a contract or a generated file is at fault, or 2 for
 * misuse.
 */
type Status = 0 | 1 | 2;

async function run(args: readonly string[]): Promise<Status> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: {
      check: { type: "boolean", default: false },
      command: { type: "string" },
      help: { type: "boolean", short: "h", default: false },
      version: { type: "boolean", default: false },
    },
    allowPositionals: true,
  });
  if (values.help) return printed(USAGE);
  if (values.version) return printed(`${manifest.version}\n`);
  const [task, first, second, ...more] = positionals;
  if (task === "client" && second === undefined) return writeClient(first ?? ".");
  const { check, command } = values;
  if (task !== "modules" || second === undefined || more.length > 0 || command === undefined)
    return failed(USAGE, 2);
  return writeModules({ contracts: first ?? "", generated: second, command }, check);
}

async function writeClient(app: string): Promise<Status> {
  // Loaded only here, like folders.ts below: they load the TypeScript compiler, which takes a second.
  const { replaceFolder } = await import("./folders.ts");
  const { wantedClient } = await import("./client.ts");
  await replaceFolder(join(app, "client", "generated"), await wantedClient(app));
  return 0;
}

async function writeModules(folders: Folders, onlyCheck: boolean): Promise<Status> {
  const { findStale, regenerate, staleMessage } = await import("./folders.ts");
  if (!onlyCheck) {
    const changed = await regenerate(folders);
    return printed(changed.map(({ file, what }) => `${file}: was ${what}\n`).join(""));
  }
  const stale = await findStale(folders);
  return stale.length === 0 ? 0 : failed(`${staleMessage(stale, folders)}\n`, 1);
}

function printed(text: string): Status {
  process.stdout.write(text);
  return 0;
}

function failed(text: string, status: Status): Status {
  process.stderr.write(text);
  return status;
}

/** Whether parseArgs does not know an option, or lacks its value. */
function isMisuse(error: unknown): error is Error {
  return error instanceof Error && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS_");
}

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  if (isContractError(error)) process.exitCode = failed(`${error.message}\n`, 1);
  else if (isMisuse(error)) process.exitCode = failed(`${error.message}\n${USAGE}`, 2);
  else throw error;
}
