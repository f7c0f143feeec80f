import { hash, timingSafeEqual } from "node:crypto";
import { USER_ID } from "@triptych/identity";
import { isObject } from "../contracts/document.ts";
import { identityRefusal } from "../exchange.ts";
import type { Caller } from "../exchange.ts";

/** An API key as it is stored: only its partner knows the key itself. */
export interface ApiKeyEntry {
  /** Public: part of the key, and named in logs and metrics. */
  readonly id: string;
  /**
   * SHA-256 of each of the partner's keys, 64 hex digits: during a change the old key and the new
   * one. A fast hash is enough, because a key holds 256 random bits.
   */
  readonly sha256: readonly string[];
  /** The user on whose account the partner works. */
  readonly user: string;
  readonly scope?: string;
}

/**
 * `tk_<id>_<32 random bytes in base64url>`. The id finds the entry, so only one hash is compared.
 */
const KEY = /^tk_([a-z0-9-]{1,32})_[A-Za-z0-9_-]{43}$/;

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
  const byId = new Map(entries.map((entry) => [entry.id, { entry, digests: digestsOf(entry) }]));
  return (key) => {
    const [, id = ""] = KEY.exec(key) ?? [];
    const found = byId.get(id);
    const digest = hash("sha256", key, "buffer");
    const matches = (found?.digests ?? NO_DIGESTS).filter((each) => timingSafeEqual(digest, each));
    if (found === undefined || matches.length === 0) {
      throw identityRefusal("authentication", "api-key-unknown");
    }
    const { user, scope } = found.entry;
    return { kind: "api-key", userId: user, apiKeyId: id, ...(scope === undefined ? {} : { scope }) };
  };
}

/** The previous, the current and the next key of a partner. */
const MOST_KEYS = 3;
const NO_DIGESTS = Array.from({ length: MOST_KEYS }, () => Buffer.alloc(32));

/** Always as many, so that a comparison takes as long for every partner. */
function digestsOf({ sha256 }: ApiKeyEntry): Buffer[] {
  const digests = sha256.map((hex) => Buffer.from(hex, "hex"));
  return [...digests, ...NO_DIGESTS.slice(digests.length)];
}

const ID = /^[a-z0-9-]{1,32}$/;
const SHA256 = /^[0-9a-f]{64}$/;

/**
 * Reads the partners' keys: `{"apiKeys": [{"id", "sha256", "user", "scope"?}]}`. `sha256` is text,
 * or a list of up to three while a partner's key changes.
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
  const hashes: unknown[] = Array.isArray(sha256) ? sha256 : [sha256];
  if (!hashes.every(isSha256) || hashes.length === 0 || hashes.length > MOST_KEYS) {
    return `its sha256 must be 64 hex digits, or a list of 1 to ${MOST_KEYS} of them`;
  }
  if (typeof user !== "string" || !USER_ID.test(user)) {
    return "its user must be visible ASCII of up to 255 characters";
  }
  if (scope !== undefined && typeof scope !== "string") return "its scope must be text";
  return { id, sha256: hashes, user, ...(scope === undefined ? {} : { scope }) };
}

function isSha256(value: unknown): value is string {
  return typeof value === "string" && SHA256.test(value);
}
