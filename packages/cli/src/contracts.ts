/**
 * `npm run contracts [-- <app>…]`: whether each app's contract keeps what it promised to its released clients.
 * `npm run contracts -- --write [<app>…]` writes the contracts from the screens,
 * `npm run contracts -- --release <app> <version>` keeps the contract of now as that release's.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { contractCommands } from "./contracts/commands.ts";

const root = join(import.meta.dirname, "..", "..", "..");
const { values, positionals } = parseArgs({
  options: { write: { type: "boolean", default: false }, release: { type: "boolean", default: false } },
  allowPositionals: true,
});

const commands = contractCommands({ root, ...values, names: positionals });
if (typeof commands === "string") {
  process.stderr.write(`${commands}\n`);
  process.exitCode = 2;
} else {
  for (const { cwd, args } of commands) {
    const { status } = spawnSync(process.execPath, args, { cwd, stdio: "inherit" });
    process.exitCode = Math.max(Number(process.exitCode ?? 0), status ?? 1);
  }
}
