#!/usr/bin/env node
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import manifest from "../package.json" with { type: "json" };
import { isContractError } from "./document.ts";

const USAGE = `Generates TypeScript from OpenAPI contracts.

  contract-codegen modules [--check] --command <command> <contracts> <generated>
      Writes a module (orders.ts) for each contract (orders.openapi.yaml). With --check it writes
      nothing and ends with status 1 where a module differs. <command> is what to run to regenerate
      the modules: messages and headers name it. An overlay beside a contract
      (orders.overlay.yaml, OpenAPI Overlay 1.0) is applied to it first.
  contract-codegen client [--check] [<app>]
      Writes the types of an app's client package (client/generated) and its version from the app's
      contracts. With --check it writes nothing and ends with status 1 where they differ. The app is
      a folder, by default the current one.
  contract-codegen --help | --version
`;

/** How the command ends, and what it prints. */
export type Outcome = { readonly status: 0 | 1 | 2; readonly stdout: string; readonly stderr: string };

/**
 * Runs the command.
 * @param args the words after the command's name
 */
export async function run(args: readonly string[]): Promise<Outcome> {
  try {
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
    if (values.help) return ended(0, USAGE);
    if (values.version) return ended(0, `${manifest.version}\n`);
    const [task, first, second, ...more] = positionals;
    const { check, command } = values;
    // Loaded only now: the TypeScript compiler takes a second.
    const { findStale, regenerate, replaceFolder, staleMessage } = await import("./folders.ts");
    const { isClientStale, wantedClient, wantedManifest } = await import("./client.ts");
    if (task === "client" && second === undefined) {
      const app = first ?? ".";
      if (check) {
        const isStale = await isClientStale(app);
        return isStale ? ended(1, `${app}: client/generated is not what its contracts make\n`) : ended(0, "");
      }
      await replaceFolder(join(app, "client", "generated"), await wantedClient(app));
      await writeFile(join(app, "client", "package.json"), await wantedManifest(app));
      return ended(0, "");
    }
    if (task !== "modules" || second === undefined || more.length > 0 || command === undefined)
      return ended(2, USAGE);
    const folders = { contracts: first ?? "", generated: second, command };
    if (!check) {
      const { changed, notes } = await regenerate(folders);
      return ended(
        0,
        [...changed.map(({ file, what }) => `${file}: was ${what}\n`), ...shown(notes)].join(""),
      );
    }
    const stale = await findStale(folders);
    return stale.length === 0 ? ended(0, "") : ended(1, `${staleMessage(stale, folders)}\n`);
  } catch (error) {
    if (isContractError(error)) return ended(1, `${error.message}\n`);
    if (isMisuse(error)) return ended(2, `${error.message}\n${USAGE}`);
    throw error;
  }
}

/** A large document may have hundreds of wrong examples, most with the same cause. */
const SHOWN = 10;

function shown(notes: readonly string[]): readonly string[] {
  const lines = notes.slice(0, SHOWN).map((note) => `${note}\n`);
  const more = notes.length - SHOWN;
  if (more > 0) lines.push(`and ${more} more\n`);
  if (notes.some((note) => note.includes("own example")))
    lines.push(
      'Answers like these examples are refused. Mend the contract by an overlay (<service>.overlay.yaml beside it), or declare the upstream with validation: "report".\n',
    );
  return lines;
}

function ended(status: Outcome["status"], text: string): Outcome {
  return status === 0 ? { status, stdout: text, stderr: "" } : { status, stdout: "", stderr: text };
}

/** Whether parseArgs does not know an option, or lacks its value. */
function isMisuse(error: unknown): error is Error {
  return error instanceof Error && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS_");
}

if (import.meta.main) {
  const { status, stdout, stderr } = await run(process.argv.slice(2));
  process.stdout.write(stdout);
  process.stderr.write(stderr);
  process.exitCode = status;
}
