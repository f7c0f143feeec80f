/** `npm run new:upstream -- <name> --openapi <file>`: see make/upstream. */
import { newUpstream, USAGE } from "./make/upstream/new-upstream.ts";
import { runInTerminal } from "./make/run-in-terminal.ts";

await runInTerminal("new:upstream", newUpstream, USAGE, process);
