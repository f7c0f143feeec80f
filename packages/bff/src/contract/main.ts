#!/usr/bin/env node
/**
 * Writes `contracts/openapi.json` of the app in this folder from its screens. With `--print 2.4.0`
 * it prints what a client of that version gets instead: so its contract is compared with what it
 * was promised, and kept when it is released.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { isAppVersion } from "@triptych/screen";
import { contractText } from "./contract.ts";
import type { Described } from "./contract.ts";

const { print } = parseArgs({ options: { print: { type: "string" } } }).values;
const file = join(process.cwd(), "src", "app.ts");
const module: unknown = await import(pathToFileURL(file).href);
if (!hasBff(module)) throw new TypeError(`${file} must export its definition as "bff"`);
if (print === undefined) {
  writeFileSync(join(process.cwd(), "contracts", "openapi.json"), await contractText(module.bff));
} else if (isAppVersion(print)) {
  process.stdout.write(await contractText(module.bff, print));
} else {
  throw new TypeError(`--print must be a version such as 3.1.0, got ${JSON.stringify(print)}`);
}

function hasBff(value: unknown): value is { readonly bff: Described } {
  return typeof value === "object" && value !== null && "bff" in value;
}
