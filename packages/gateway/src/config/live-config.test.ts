import assert from "node:assert/strict";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it } from "node:test";
import { systemClock } from "@triptych/service-kit";
import { SAMPLE_CONTRACT } from "../testing/sample-contract.ts";
import { sampleTable } from "../testing/sample-table.ts";
import { liveConfigLoader } from "./live-config.ts";

const ring = (kid: string): string => `${kid}:${randomBytes(32).toString("base64url")}`;
const txnKey = { ...generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" }), kid: "t" };

it("new keys cost no compiling of contracts, for which every request under way would wait; a new contract costs its own", async (t) => {
  const dir = await mkdtemp(join(tmpdir(), "live-config-"));
  t.after(async () => rm(dir, { recursive: true }));
  const write = (file: string, value: unknown) => writeFile(join(dir, file), JSON.stringify(value));
  const writeKeys = (kid: string) =>
    write("keys.json", {
      identityKeys: { "web-bff": ring(kid), "partner-bff": ring(kid) },
      txnTokenKeys: [txnKey],
      sessionKeys: ring(kid),
    });
  await writeKeys("first");
  await write("api-keys.json", { apiKeys: [] });
  for (const contract of ["sample", "recommendations"]) await write(contract, SAMPLE_CONTRACT);
  const files = {
    keysFile: join(dir, "keys.json"),
    apiKeysFile: join(dir, "api-keys.json"),
    contractsDir: dir,
  };
  const load = liveConfigLoader(files, sampleTable(), systemClock);
  const first = load();

  await writeKeys("second");
  const rotated = load();
  assert.equal(rotated.identityKeys.get("web-bff")?.[0]?.kid, "second");
  for (const [file, contract] of first.contracts) assert.equal(rotated.contracts.get(file), contract);

  await write("sample", { ...SAMPLE_CONTRACT, info: { title: "Sample", version: "2" } });
  const released = load();
  assert.notEqual(released.contracts.get("sample"), first.contracts.get("sample"));
  assert.equal(released.contracts.get("recommendations"), first.contracts.get("recommendations"));
});
