import type { Authentication } from "./authentication.ts";
import { SecretSetting } from "./secret.ts";
import type { Secret } from "./secret.ts";

/** Sends `Authorization: Bearer <token>` (RFC 6750). */
export function bearer(token: Secret): Authentication {
  return inHeader("authorization", [token], (text) => `Bearer ${text}`);
}

/** Sends a key in a header of the service's choice, such as `X-API-Key`. */
export function apiKey(header: string, key: Secret): Authentication {
  return inHeader(header, [key], (text) => text);
}

/** Sends a name and a password as `Authorization: Basic …` (RFC 7617), in UTF-8. */
export function basic(user: Secret, password: Secret): Authentication {
  return inHeader("authorization", [user, password], (name, word) => {
    return `Basic ${Buffer.from(`${name}:${word}`).toString("base64")}`;
  });
}

/** The settings among secrets. */
export function settingsOf(secrets: readonly Secret[]): readonly SecretSetting[] {
  return secrets.filter((secret) => secret instanceof SecretSetting);
}

function inHeader(
  name: string,
  secrets: readonly Secret[],
  write: (...texts: string[]) => string,
): Authentication {
  return {
    per: "service",
    settings: settingsOf(secrets),
    make: (_, { read }) => ({ [name]: write(...secrets.map(read)) }),
  };
}
