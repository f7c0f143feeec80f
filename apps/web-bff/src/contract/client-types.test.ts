import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { generatedFiles, wantedClient } from "@triptych/contract-codegen";

const APP = join(import.meta.dirname, "..", "..");

test("the client's types are those of the contract", async () => {
  const stale = "to regenerate them: npm run contracts -- --write web-bff";
  assert.deepEqual(await generatedFiles(join(APP, "client", "generated")), await wantedClient(APP), stale);
});
