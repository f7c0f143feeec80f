import assert from "node:assert/strict";
import { test } from "node:test";
import { contractOf } from "./testing/contracts.ts";
import { clientFiles } from "./client.ts";

const command = "npm run contracts";
const { source, text } = contractOf({ answer: { type: "string" } });
const released = new Map([["2.4.0", text.replace('"type":"string"', '"type":"integer"')]]);

test("a client has the types of its contract, and says how to regenerate them", async () => {
  const files = await clientFiles({ command, current: { source, text }, released });
  assert.deepEqual([...files.keys()], ["answers.js", "contract.d.ts", "version.d.ts", "version.js"]);
  assert.match(files.get("contract.d.ts") ?? "", /^\/\/ Generated .*npm run contracts\n[^]*: string;/);
});

test("has the types of each released version where older versions are answered", async () => {
  const current = {
    source,
    text: text.replace('"version":"1.0.0"', '"version":"3.0.0","x-oldest-version":"2.0.0"'),
  };
  const files = await clientFiles({ command, current, released });
  assert.deepEqual(
    [...files.keys()],
    ["answers.js", "contract.d.ts", "version.d.ts", "version.js", "released/2.4.0.d.ts", "released.d.ts"],
  );
  assert.match(files.get("version.js") ?? "", /^export const CONTRACT_VERSION = "3\.0\.0";$/m);
  assert.match(files.get("version.d.ts") ?? "", /^export declare const CONTRACT_VERSION: "3\.0\.0";$/m);
  assert.match(files.get("released/2.4.0.d.ts") ?? "", /"application\/json": number;/);
  assert.match(files.get("released.d.ts") ?? "", /"2\.4\.0": \{ paths: v2_4_0\.paths;/);
});

test("names a released contract that is not valid", async () => {
  const current = { source, text: text.replace('"1.0.0"', '"1.0.0","x-oldest-version":"0.1.0"') };
  const broken = new Map([["0.9.0", "{}"]]);
  await assert.rejects(
    clientFiles({ command, current, released: broken }),
    /released\/0\.9\.0\.json: expected/,
  );
});
