/** `npm run start:small`: as `npm start`, with the gateway and the BFFs in one process and nothing in front of it. */
import { runInTerminal } from "./stack/run-in-terminal.ts";
import { SMALL } from "./stack/roles.ts";

process.exitCode = await runInTerminal({
  watch: false,
  env: process.env,
  args: process.argv.slice(2),
  wanted: SMALL,
});
