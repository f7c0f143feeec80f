/**
 * The `triptych` command, which the npm scripts call through bin/launch.mjs: `npx triptych --help`.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runCommandLine } from "./command-line.ts";
import { COMMANDS } from "./commands.ts";
import { ROOT } from "./repository.ts";

const manifest: unknown = JSON.parse(readFileSync(join(import.meta.dirname, "..", "package.json"), "utf8"));
const code = await runCommandLine(COMMANDS, String(Object(manifest).version), process.argv.slice(2), {
  root: ROOT,
  // npm changes to the root, and says where it was called.
  from: process.env["INIT_CWD"] ?? process.cwd(),
  env: process.env,
  input: process.stdin,
  output: process.stdout,
  errors: process.stderr,
  interactive: process.stdin.isTTY && process.stdout.isTTY,
});
// A prompt may hold its input open.
process.exit(code);
