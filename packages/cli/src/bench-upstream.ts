/** `npm run bench:upstream`: starts test/bench/upstream/main.ts, whose options it takes. */
import { join } from "node:path";
import { runProgram } from "./process/run-program.ts";

runProgram(join(import.meta.dirname, "../../../test/bench/upstream/main.ts"), process.argv.slice(2));
