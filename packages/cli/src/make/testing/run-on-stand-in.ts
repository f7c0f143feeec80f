import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { PassThrough } from "node:stream";
import { runCommandLine } from "../../command-line.ts";
import { COMMANDS } from "../../commands.ts";

/** What a generator did to a stand-in for the repository. */
export interface Outcome {
  readonly code: number;
  /** What it printed on stderr. */
  readonly complained: string;
  /** What it printed on stdout: questions, and what it made. */
  readonly asked: string;
  /** Every file afterwards. */
  readonly files: Readonly<Record<string, string>>;
}

/**
 * Runs a generator in this process, on a temporary folder that holds the given files.
 *
 * @param command such as `new:screen`
 * @param answers what a person types, line by line; undefined: no person is at the terminal
 */
export async function runOnStandIn(
  command: string,
  files: Readonly<Record<string, string>>,
  args: readonly string[],
  answers?: readonly string[],
): Promise<Outcome> {
  const root = mkdtempSync(join(tmpdir(), "maker-"));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    const [input, output, errors] = [new PassThrough(), new PassThrough(), new PassThrough()];
    let [complained, asked] = ["", ""];
    const left = [...(answers ?? [])];
    output.on("data", (chunk) => {
      asked += String(chunk);
      // A question ends like this. A person without an answer goes away.
      if (!asked.endsWith(": ")) return;
      const next = left.shift();
      if (next === undefined) input.end();
      else input.write(`${next}\n`);
    });
    errors.on("data", (chunk) => (complained += String(chunk)));
    const code = await runCommandLine(COMMANDS, "0.0.0", [command, ...args], {
      root,
      from: root,
      env: process.env,
      input,
      output,
      errors,
      interactive: answers !== undefined,
    });
    return { code, complained, asked, files: readAll(root) };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** Every file below a folder; an empty folder shows as a path with a slash at its end. */
function readAll(root: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const name = path.slice(root.length + 1);
    if (entry.isFile()) found[name] = readFileSync(path, "utf8");
    else if (readdirSync(path).length === 0) found[`${name}/`] = "";
  }
  return found;
}
