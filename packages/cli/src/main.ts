/**
 * The `triptych` command, which the npm scripts call through bin/launch.mjs: `npx triptych --help`.
 */
import manifest from "../package.json" with { type: "json" };
import { runCommandLine } from "./command-line.ts";
import { COMMANDS } from "./commands.ts";
import { ROOT } from "./repository.ts";

const code = await runCommandLine(COMMANDS, manifest.version, process.argv.slice(2), {
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
