import { createHash, generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { publicHalf } from "@triptych/identity";
import type { TxnKey } from "@triptych/identity";
import type { KeySource } from "../identity/keys.ts";
import type { Bff } from "../repository.ts";

/** The gateway's files in development, and what a person needs of them. */
export interface GatewayFiles {
  /** The folder of all of them. */
  readonly dir: string;
  readonly keysFile: string;
  readonly apiKeysFile: string;
  /** The public halves of the keys that sign the Txn-Token: the services' `TXN_TOKEN_JWKS`. */
  readonly txnTokenJwks: string;
  /** Holds the sample partner's API key, for `$(cat …)`. */
  readonly partnerKeyFile: string;
}

/** The sample partner works on this user's account. */
const PARTNER = { id: "sample-partner", user: "7" };

/**
 * Makes the gateway's keys and a sample partner in `dir`. What is there stays, so that sessions
 * outlive a restart; the BFFs' rings are always those of `keys`, which may have been given by the
 * environment.
 */
export function gatewayFiles(dir: string, keys: KeySource, bffs: readonly Bff[]): GatewayFiles {
  mkdirSync(dir, { recursive: true });
  const paths = {
    keysFile: join(dir, "gateway-keys.json"),
    apiKeysFile: join(dir, "api-keys.json"),
    partnerKeyFile: join(dir, "partner-api-key"),
  };
  const { txnTokenKeys: kept, sessionKeys } = readJson(paths.keysFile);
  const txnTokenKeys = isKeys(kept) ? kept : [newTxnKey()];
  write(
    paths.keysFile,
    JSON.stringify({
      identityKeys: Object.fromEntries(bffs.map(({ name }) => [name, keys.ringOf(name)])),
      txnTokenKeys,
      sessionKeys: sessionKeys ?? `dev:${randomBytes(32).toString("base64url")}`,
    }),
  );
  const apiKey =
    readText(paths.partnerKeyFile) ?? `tk_${PARTNER.id}_${randomBytes(32).toString("base64url")}`;
  write(paths.partnerKeyFile, apiKey);
  const sha256 = createHash("sha256").update(apiKey).digest("hex");
  write(paths.apiKeysFile, JSON.stringify({ apiKeys: [{ ...PARTNER, sha256 }] }));
  return { dir, ...paths, txnTokenJwks: JSON.stringify({ keys: txnTokenKeys.map(publicHalf) }) };
}

function isKeys(value: unknown): value is TxnKey[] {
  return Array.isArray(value) && value.length > 0;
}

function newTxnKey(): TxnKey {
  const { x = "", d = "" } = generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" });
  return { kty: "OKP", crv: "Ed25519", kid: `dev-${randomBytes(4).toString("hex")}`, x, d };
}

function readJson(file: string): { txnTokenKeys?: unknown; sessionKeys?: unknown } {
  try {
    return Object(JSON.parse(readText(file) ?? ""));
  } catch {
    // Not there, half a file, or another program's: its content is made again.
    return {};
  }
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    return undefined;
  }
}

/** In one step: the gateway looks at its files each second. */
function write(file: string, text: string): void {
  writeFileSync(`${file}.new`, `${text}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
