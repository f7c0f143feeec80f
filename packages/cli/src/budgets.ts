/** `npm run budgets`: starts test/budgets/main.ts, whose options it takes. */
import { join } from "node:path";
import { runProgram } from "./process/run-program.ts";

runProgram(join(import.meta.dirname, "../../../test/budgets/main.ts"), process.argv.slice(2));
