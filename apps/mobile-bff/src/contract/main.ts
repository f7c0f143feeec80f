/**
 * Writes `contracts/openapi.json` from the screens. With `--release 3.1.0` it writes that version's contract to `contracts/released`
 * instead, once: what an app was promised does not change.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { isAppVersion } from "@triptych/screen";
import { contractText } from "./contract-text.ts";

const CONTRACTS = join(import.meta.dirname, "..", "..", "contracts");

const { release } = parseArgs({ options: { release: { type: "string" } } }).values;
if (release === undefined) {
  writeFileSync(join(CONTRACTS, "openapi.json"), contractText());
} else if (isAppVersion(release)) {
  writeFileSync(join(CONTRACTS, "released", `${release}.json`), contractText(release), { flag: "wx" });
} else {
  throw new TypeError(`--release must be a version such as 3.1.0, got ${JSON.stringify(release)}`);
}
