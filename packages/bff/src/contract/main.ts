#!/usr/bin/env node
/**
 * Writes `contracts/openapi.json` of the app in this folder from its screens. With `--print 2.4.0`
 * it prints what a client of that version gets instead: so its contract is compared with what it
 * was promised, and kept when it is released. It says on stderr which examples no longer fit.
 */
import { writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { isAppVersion } from "@triptych/screen";
import { readExamples } from "@triptych/screen/describe";
import manifest from "../../package.json" with { type: "json" };
import { contractText, withoutExample } from "./contract.ts";
import type { Described } from "./contract.ts";

const USAGE = "Usage: bff-contract [--print <version of a client>]    in an app's folder\n";

const { print } = readOptions();
const file = join(process.cwd(), "src", "app.ts");
const module: unknown = await import(pathToFileURL(file).href);
if (!hasBff(module)) throw new TypeError(`${file} must export its definition as "bff"`);
if (print !== undefined && !isAppVersion(print)) {
  throw new TypeError(`--print must be a version such as 3.1.0, got ${JSON.stringify(print)}`);
}
const newest = await contractText(module.bff);
const wanted = print === undefined ? newest : await contractText(module.bff, print);
if (print === undefined) writeFileSync(join(process.cwd(), "contracts", "openapi.json"), wanted);
else process.stdout.write(wanted);

// Examples are of the newest shapes: that an older contract has fewer is as it should be.
const left =
  wanted === newest
    ? withoutExample(newest, readExamples(join(process.cwd(), "contracts", "examples.json")))
    : [];
if (left.length > 0) {
  const app = basename(process.cwd());
  process.stderr.write(
    `${app}: the contract has no example of ${left.join(", ")}: the answer has changed since examples.json was written.\n` +
      `  npm run examples takes new ones; then npm run contracts -- --write ${app}\n`,
  );
}

/** Ends the process for `--help`, for `--version`, and for what it does not know. */
function readOptions(): { readonly print?: string | undefined } {
  const flag = { type: "boolean", default: false } as const;
  const options = { print: { type: "string" }, help: flag, version: flag } as const;
  let read: ReturnType<typeof parseArgs<{ options: typeof options }>>["values"];
  try {
    read = parseArgs({ options }).values;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
    process.exit(2);
  }
  if (read.help || read.version) {
    process.stdout.write(read.version ? `${manifest.version}\n` : USAGE);
    process.exit(0);
  }
  return read;
}

function hasBff(value: unknown): value is { readonly bff: Described } {
  return typeof value === "object" && value !== null && "bff" in value;
}
