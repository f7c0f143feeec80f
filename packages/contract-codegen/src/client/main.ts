/** Makes the generated part of an app's client package from its contracts: `node main.ts [<app folder>]`. */
import { join } from "node:path";
import { isContractError } from "../contract-error.ts";
import { replaceFolder, wantedClient } from "./client-package.ts";

const [app = ".", ...more] = process.argv.slice(2);

if (more.length > 0) {
  process.stderr.write(`expected one app's folder, got ${more.length} more\n`);
  process.exitCode = 2;
} else {
  try {
    await replaceFolder(join(app, "client", "generated"), await wantedClient(app));
  } catch (error) {
    if (!isContractError(error)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
