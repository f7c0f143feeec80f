import { parseArgs } from "node:util";
import { isContractError } from "./contract-error.ts";
import { findStale, regenerate, staleMessage } from "./directory.ts";

const USAGE =
  "usage: node main.ts [--check] --command <what to run to regenerate> <folder of contracts> <folder of generated modules>";

const { values, positionals } = parseArgs({
  options: { check: { type: "boolean", default: false }, command: { type: "string" } },
  allowPositionals: true,
});
const [contracts, generated] = positionals;

if (contracts === undefined || generated === undefined || values.command === undefined) {
  process.stderr.write(`${USAGE}\n`);
  process.exitCode = 2;
} else {
  const folders = { contracts, generated, command: values.command };
  try {
    if (values.check) {
      const stale = await findStale(folders);
      if (stale.length > 0) {
        process.stderr.write(`${staleMessage(stale, folders)}\n`);
        process.exitCode = 1;
      }
    } else {
      const changed = await regenerate(folders);
      for (const { file, what } of changed) process.stdout.write(`${file}: was ${what}\n`);
    }
  } catch (error) {
    if (!isContractError(error)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
