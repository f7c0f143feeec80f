import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { generateResolverTypes } from "./generate.ts";

const app = join(import.meta.dirname, "..", "..", "..");

test("the resolver types are those of the schema", async () => {
  const schema = await readFile(join(app, "contracts", "schema.graphql"), "utf8");
  const checkedIn = await readFile(join(app, "src", "generated", "resolvers.ts"), "utf8");
  assert.ok(
    (await generateResolverTypes(schema)) === checkedIn,
    "src/generated/resolvers.ts is stale: npm run generate -w @triptych/partner-bff",
  );
});
