import type { JSONWebKeySet, JWK } from "jose";
import { SettingError } from "./setting-error.ts";

/** `TXN_TOKEN_JWKS`, or undefined where it is not set. @throws SettingError where it is no set of public Ed25519 keys. */
export function readKeySet(value: string | undefined): JSONWebKeySet | undefined {
  if (value === undefined) return undefined;
  const keys = keysOf(value);
  if (keys === undefined || keys.length === 0) {
    throw new SettingError(
      "TXN_TOKEN_JWKS",
      'must be a JWK set with at least one key, such as {"keys":[{"kty":"OKP",…}]}',
    );
  }
  for (const key of keys) {
    if (!isPublicEd25519(key)) {
      throw new SettingError(
        "TXN_TOKEN_JWKS",
        'must hold public Ed25519 keys alone ("kty":"OKP","crv":"Ed25519","x", and no "d")',
      );
    }
  }
  return { keys: keys.filter(isPublicEd25519) };
}

function keysOf(value: string): unknown[] | undefined {
  try {
    const parsed: unknown = JSON.parse(value);
    if (typeof parsed !== "object" || parsed === null || !("keys" in parsed)) return undefined;
    return Array.isArray(parsed.keys) ? parsed.keys : undefined;
  } catch {
    return undefined;
  }
}

function isPublicEd25519(key: unknown): key is JWK {
  if (typeof key !== "object" || key === null) return false;
  if (!("kty" in key) || key.kty !== "OKP" || !("crv" in key) || key.crv !== "Ed25519") return false;
  return "x" in key && typeof key.x === "string" && /^[A-Za-z0-9_-]{43}$/.test(key.x) && !("d" in key);
}
