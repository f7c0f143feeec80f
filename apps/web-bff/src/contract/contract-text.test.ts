import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { contractText } from "@triptych/bff/contract";
import { bff } from "../app.ts";

test("the published contract is the one that the screens make", async () => {
  const published = readFileSync(join(import.meta.dirname, "../../contracts/openapi.json"), "utf8");
  assert.equal(published, await contractText(bff), "to regenerate it: npm run contracts -- --write web-bff");
});
