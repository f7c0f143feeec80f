/** `npm run new:screen -- <app> <name>`: see make/screen. */
import { newScreen, USAGE } from "./make/screen/new-screen.ts";
import { runInTerminal } from "./make/run-in-terminal.ts";

await runInTerminal("new:screen", newScreen, USAGE, process);
