/** `npm run bench:compression`: starts test/bench/compression/main.ts, whose options it takes. */
import { join } from "node:path";
import { runProgram } from "./process/run-program.ts";

runProgram(join(import.meta.dirname, "../../../test/bench/compression/main.ts"), process.argv.slice(2));
