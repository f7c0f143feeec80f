import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { generatedFiles } from "@triptych/contract-codegen";
import { publishedContract } from "../running-partner.ts";
import { generateClient } from "./generate.ts";

const GENERATED = join(import.meta.dirname, "../../../client/generated");

test("the client's documents and types are those of the contract", async () => {
  const stale = "to regenerate: npm run generate -w @triptych/partner-bff";
  assert.deepEqual(await generatedFiles(GENERATED), await generateClient(await publishedContract()), stale);
});

const schema = "type Query { name: String }";
const operation = (text: string, apiKeyId?: string) => ({ name: "x.graphql", text, apiKeyId });

test("documents for one API key are not in the package", async () => {
  const operations = [operation("query Ours { name }"), operation("query Theirs { name }", "key_7")];
  const texts = [...(await generateClient({ schema, operations })).values()].join("\n");
  assert.match(texts, /Ours/);
  assert.doesNotMatch(texts, /Theirs/);
});

test("refuses two documents with one name, and names both", async () => {
  const operations = [operation("query Home { name }"), operation("query Home { it: name }")];
  await assert.rejects(
    generateClient({ schema, operations }),
    /[0-9a-f]{64}\.graphql and .*[0-9a-f]{64}\.graphql are both named Home: name the newer one Home2/,
  );
});
