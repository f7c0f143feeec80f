/** Writes `contracts/openapi.json` from the screens. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { contractText } from "./contract-text.ts";

writeFileSync(join(import.meta.dirname, "..", "..", "contracts", "openapi.json"), contractText());
