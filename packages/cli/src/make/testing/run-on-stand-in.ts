import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { PassThrough } from "node:stream";
import { runMaker } from "../run-maker.ts";
import type { Maker } from "../run-maker.ts";

/** What a generator did to a stand-in for the repository. */
export interface Outcome {
  readonly code: number;
  readonly said: string;
  readonly complained: string;
  /** What was printed at the terminal: questions. */
  readonly asked: string;
  /** Every file afterwards. */
  readonly files: Readonly<Record<string, string>>;
}

/**
 * Runs a generator in this process, on a temporary folder that holds the given files.
 *
 * @param answers what a person types, line by line; undefined: nobody is there
 */
export async function runOnStandIn(
  maker: Maker,
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
    const [input, output] = [new PassThrough(), new PassThrough()];
    let [said, complained, asked] = ["", "", ""];
    const left = [...(answers ?? [])];
    output.on("data", (chunk) => {
      asked += String(chunk);
      // A question ends so. One who has nothing more to say goes away.
      if (!asked.endsWith(": ")) return;
      const next = left.shift();
      if (next === undefined) input.end();
      else input.write(`${next}\n`);
    });
    const code = await runMaker(maker, {
      name: "new:thing",
      usage: "the usage",
      root,
      from: root,
      args,
      env: process.env,
      terminal: { input, output, interactive: answers !== undefined, signal: new AbortController().signal },
      say: (text) => void (said += text),
      complain: (text) => void (complained += text),
    });
    return { code, said, complained, asked, files: readAll(root) };
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
