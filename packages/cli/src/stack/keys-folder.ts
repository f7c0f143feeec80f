/**
 * Makes what the programs of `compose.yaml` share, in a folder: the gateway's files, a file per
 * setting of the other programs, and the proxy's certificate. What is there stays.
 *
 * `node packages/cli/src/stack/keys-folder.ts <folder>`
 */
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { developmentKeys } from "../identity/keys.ts";
import { bffsIn, ROOT } from "../repository.ts";
import { gatewayFiles } from "./gateway-files.ts";
import { developmentCertificate } from "./haproxy.ts";
import { HOST } from "./ports.ts";

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("usage: keys-folder.ts <folder>");
const dir = resolve(folder);
const bffs = bffsIn(ROOT);
const keys = developmentKeys({}, join(dir, "identity-keys.json"));
const { txnTokenJwks } = gatewayFiles(dir, keys, bffs);
const settings = { "txn-token-jwks": txnTokenJwks };
for (const { name } of bffs) Object.assign(settings, { [name]: keys.ringOf(name) });
for (const [name, value] of Object.entries(settings))
  writeFileSync(join(dir, name), `${value}\n`, { mode: 0o600 });
await developmentCertificate(dir, ["localhost", HOST]);
