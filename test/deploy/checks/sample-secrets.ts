import { generateKeyPairSync } from "node:crypto";
import { globSync } from "node:fs";
import { basename } from "node:path";
import { ROOT } from "../../repository/tree.ts";

const ring = (): string => `sample:${Buffer.alloc(32, 1).toString("base64url")}`;

/** A stand-in for the secret that a variable gets by reference, in the form that its program wants. */
export function sampleSecret(name: string): string {
  if (name === "IDENTITY_KEYS") return ring();
  return name === "REDIS_URL" ? "redis://:sample@127.0.0.1:1" : "sample";
}

/** Stand-ins for the files of the gateway's secret, by name. */
export function sampleKeyFiles(): Readonly<Record<string, string>> {
  const bffs = globSync("apps/*-bff/", { cwd: ROOT }).map((path) => basename(path));
  const { privateKey } = generateKeyPairSync("ed25519");
  const keys = {
    identityKeys: Object.fromEntries(bffs.map((bff) => [bff, ring()])),
    txnTokenKeys: [{ ...privateKey.export({ format: "jwk" }), kid: "sample" }],
    sessionKeys: ring(),
  };
  return { "keys.json": JSON.stringify(keys), "api-keys.json": JSON.stringify({ apiKeys: [] }) };
}
