/** `npm run latency-report`: starts test/latency/main.ts, whose options it takes. */
import { join } from "node:path";
import { runProgram } from "./process/run-program.ts";

runProgram(join(import.meta.dirname, "../../../test/latency/main.ts"), process.argv.slice(2));
