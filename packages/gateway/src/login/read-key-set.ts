import type { JSONWebKeySet, JWK } from "jose";

/** A JWK set out of what a server sent. @throws Error where it is none, or an empty one */
export function readKeySet(value: unknown): JSONWebKeySet {
  if (typeof value === "object" && value !== null && "keys" in value && Array.isArray(value.keys)) {
    const keys: unknown[] = value.keys;
    const usable = keys.filter(isPublicKey);
    if (usable.length > 0) return { keys: usable };
  }
  throw new Error('expected a JWK set with at least one public key, {"keys":[…]}');
}

/** A symmetric key in a published set would be known to everybody: it is never used. */
function isPublicKey(value: unknown): value is JWK {
  if (typeof value !== "object" || value === null || !("kty" in value)) return false;
  return value.kty !== "oct" && typeof value.kty === "string";
}
