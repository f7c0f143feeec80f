import { hash, timingSafeEqual } from "node:crypto";
import { isObject } from "../contracts/document.ts";
import { identityRefusal } from "../exchange.ts";
import type { Caller } from "../exchange.ts";

/** An API key as it is stored: only its partner knows the key itself. */
export interface ApiKeyEntry {
  /** Public: part of the key, and named in logs and metrics. */
  readonly id: string;
  /**
   * SHA-256 of the whole key, 64 hex digits. A fast hash is enough, because a key holds 256 random
   * bits.
   */
  readonly sha256: string;
  /** The user on whose account the partner works. */
  readonly user: string;
  readonly scope?: string;
}

/**
 * `tk_<id>_<32 random bytes in base64url>`. The id finds the entry, so only one hash is compared.
 */
const KEY = /^tk_([a-z0-9-]{1,32})_[A-Za-z0-9_-]{43}$/;
const NO_DIGEST = Buffer.alloc(32);

/**
 * Finds the caller of an API key.
 * @throws Refusal for a key that is none of them
 */
export type VerifyApiKey = (key: string) => Caller;

/**
 * Creates the check of API keys. It does the same work for known and unknown ids, so its duration
 * tells nothing.
 */
export function createApiKeyVerifier(entries: readonly ApiKeyEntry[]): VerifyApiKey {
  const byId = new Map(
    entries.map((entry) => [entry.id, { entry, digest: Buffer.from(entry.sha256, "hex") }]),
  );
  return (key) => {
    const [, id = ""] = KEY.exec(key) ?? [];
    const found = byId.get(id);
    const holds = timingSafeEqual(hash("sha256", key, "buffer"), found?.digest ?? NO_DIGEST);
    if (found === undefined || !holds) throw identityRefusal("authentication", "api-key-unknown");
    const { user, scope } = found.entry;
    return { kind: "api-key", userId: user, apiKeyId: id, ...(scope === undefined ? {} : { scope }) };
  };
}

const ID = /^[a-z0-9-]{1,32}$/;
const USER = /^[A-Za-z0-9_-]{1,64}$/;
const SHA256 = /^[0-9a-f]{64}$/;

/**
 * Reads the partners' keys: `{"apiKeys": [{"id", "sha256", "user", "scope"?}]}`.
 * @throws Error that names the bad entry
 */
export function readApiKeys(text: string): ApiKeyEntry[] {
  const file: unknown = JSON.parse(text);
  const list = isObject(file) ? file["apiKeys"] : undefined;
  if (!Array.isArray(list)) throw new Error('it must be {"apiKeys": [{"id", "sha256", "user"}]}');
  const values: unknown[] = list;
  const entries = values.map((value, index) => {
    const entry = readEntry(value);
    if (typeof entry !== "string") return entry;
    throw new Error(`apiKeys entry ${index + 1}: ${entry}`);
  });
  const ids = entries.map(({ id }) => id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw new Error(`apiKeys has the id "${twice}" twice`);
  return entries;
}

function readEntry(value: unknown): ApiKeyEntry | string {
  if (!isObject(value)) return "it must be an object";
  const { id, sha256, user, scope } = value;
  if (typeof id !== "string" || !ID.test(id)) return `its id must match ${ID.source}`;
  if (typeof sha256 !== "string" || !SHA256.test(sha256)) return "its sha256 must be 64 hex digits";
  if (typeof user !== "string" || !USER.test(user)) return `its user must match ${USER.source}`;
  if (scope !== undefined && typeof scope !== "string") return "its scope must be text";
  return { id, sha256, user, ...(scope === undefined ? {} : { scope }) };
}
