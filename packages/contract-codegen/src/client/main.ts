/** Writes the declarations of a contract: `node main.ts --command <what to run> <contract> <.d.ts>`. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { parseArgs } from "node:util";
import { isContractError } from "../contract-error.ts";
import { clientTypes } from "./client-types.ts";

const { values, positionals } = parseArgs({
  options: { command: { type: "string" } },
  allowPositionals: true,
});
const [contract, target] = positionals;

if (contract === undefined || target === undefined || values.command === undefined) {
  process.stderr.write("usage: node main.ts --command <what to run to regenerate> <contract> <.d.ts>\n");
  process.exitCode = 2;
} else {
  try {
    const text = await readFile(contract, "utf8");
    const types = await clientTypes({ source: basename(contract), text }, values.command);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, types);
  } catch (error) {
    if (!isContractError(error)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
