import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { developmentKeys } from "../identity/keys.ts";
import { bffsIn } from "../repository.ts";
import { gatewayFiles } from "./gateway-files.ts";
import { developmentCertificate } from "./haproxy.ts";
import { HOST } from "./ports.ts";

/**
 * Makes what the programs of `compose.yaml` share, in a folder: the gateway's files, a file per
 * setting of the other programs, and the proxy's certificate. What is there stays.
 */
export async function makeKeysFolder(dir: string, root: string): Promise<void> {
  const bffs = bffsIn(root);
  const keys = developmentKeys({}, join(dir, "identity-keys.json"));
  const { txnTokenJwks } = gatewayFiles(dir, keys, bffs);
  const rings = bffs.map(({ name }) => [name, keys.ringOf(name)] as const);
  for (const [name, value] of [["txn-token-jwks", txnTokenJwks], ...rings] as const)
    writeFileSync(join(dir, name), `${value}\n`, { mode: 0o600 });
  await developmentCertificate(dir, ["localhost", HOST]);
}
