/** The `triptych` command, which npm scripts call through bin/launch.mjs. */
import manifest from "../package.json" with { type: "json" };
import { processTerminal, runCommandLine } from "./command-line.ts";
import { COMMANDS } from "./commands.ts";
import { ROOT } from "./repository.ts";

// npm changes to the root, and says where it was called.
const terminal = processTerminal(ROOT, process.env["INIT_CWD"] ?? process.cwd(), process.env);
const code = await runCommandLine(COMMANDS, manifest.version, process.argv.slice(2), terminal);
// A prompt may hold its input open.
process.exit(code);
