import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { generatedFiles, wantedClient } from "@triptych/contract-codegen";

const APP = join(import.meta.dirname, "..", "..");

test("the client's types are those of the contract and of each released one", async () => {
  const stale = "to regenerate them: npm run contracts -- --write mobile-bff";
  assert.deepEqual(await generatedFiles(join(APP, "client", "generated")), await wantedClient(APP), stale);
});
