/**
 * Writes `contracts/openapi.json` from the screens. With `--print 2.4.0` it prints what an app of that version gets instead: that is
 * how its contract is compared with what it was promised, and kept when it is released (`npm run contracts`).
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { isAppVersion } from "@triptych/screen";
import { contractText } from "./contract-text.ts";

const { print } = parseArgs({ options: { print: { type: "string" } } }).values;
if (print === undefined) {
  writeFileSync(join(import.meta.dirname, "..", "..", "contracts", "openapi.json"), contractText());
} else if (isAppVersion(print)) {
  process.stdout.write(contractText(print));
} else {
  throw new TypeError(`--print must be a version such as 3.1.0, got ${JSON.stringify(print)}`);
}
