import { hash, timingSafeEqual } from "node:crypto";
import type { Caller } from "../passage.ts";
import { identityRefusal } from "../refusal.ts";

/** An API key as it is stored: the key itself is known to its partner alone. */
export interface ApiKeyEntry {
  /** Public: it stands in the key, in logs and metrics. */
  readonly id: string;
  /** SHA-256 of the whole key, 64 hex digits. A fast hash is right: a key holds 256 random bits, no word of a person's. */
  readonly sha256: string;
  /** The user whose account the partner works on. */
  readonly user: string;
  readonly scope?: string;
}

/** `tk_<id>_<32 random bytes in base64url>`; the id finds the entry, so that only one hash is compared. */
const KEY = /^tk_([a-z0-9-]{1,32})_[A-Za-z0-9_-]{43}$/;
const NOBODY = Buffer.alloc(32);

/** Finds the caller of an API key. @throws Refusal for a key that is none of them */
export type VerifyApiKey = (key: string) => Caller;

/** The same work is done for a key with a known id and for any other, so that time tells nothing of either. */
export function createApiKeyVerifier(entries: readonly ApiKeyEntry[]): VerifyApiKey {
  const byId = new Map(
    entries.map((entry) => [entry.id, { entry, digest: Buffer.from(entry.sha256, "hex") }]),
  );
  return (key) => {
    const [, id = ""] = KEY.exec(key) ?? [];
    const found = byId.get(id);
    const holds = timingSafeEqual(hash("sha256", key, "buffer"), found?.digest ?? NOBODY);
    if (found === undefined || !holds) throw identityRefusal("authentication", "api-key-unknown");
    const { user, scope } = found.entry;
    return { kind: "api-key", sub: user, apiKeyId: id, ...(scope === undefined ? {} : { scope }) };
  };
}
