import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { contractText } from "./contract-text.ts";

test("the published contract is the one that the screens make", () => {
  const published = readFileSync(join(import.meta.dirname, "../../contracts/openapi.json"), "utf8");
  assert.equal(published, contractText(), "to write it anew: npm run contracts -w @triptych/mobile-bff");
});
