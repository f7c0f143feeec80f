/** `npm run dev`: as `npm start`, but each process starts again when a file that it uses changes. */
import { runInTerminal } from "./stack/run-in-terminal.ts";

process.exitCode = await runInTerminal({ watch: true, env: process.env, args: process.argv.slice(2) });
