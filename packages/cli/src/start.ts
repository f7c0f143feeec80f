/** `npm start`: the domain services and the BFFs that exist, until Ctrl-C. */
import { runInTerminal } from "./stack/run-in-terminal.ts";

process.exitCode = await runInTerminal({ watch: false, env: process.env, args: process.argv.slice(2) });
