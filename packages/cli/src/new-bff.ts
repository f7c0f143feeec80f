/** `npm run new:bff -- <name> --team <team>`: see make/bff. */
import { newBff, USAGE } from "./make/bff/new-bff.ts";
import { runInTerminal } from "./make/run-in-terminal.ts";

await runInTerminal("new:bff", newBff, USAGE, process);
