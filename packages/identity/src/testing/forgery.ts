import assert from "node:assert/strict";
import { createHmac, generateKeyPairSync } from "node:crypto";
import { SignJWT } from "jose";
import { createVerifier } from "../index.ts";
import type { IdentityKey } from "../index.ts";

export const NOW_S = 1_800_000_000;
export const clock = { wallNow: () => NOW_S * 1000 + 999 };
export const current: IdentityKey = { kid: "current", secret: Buffer.alloc(32, 1) };
export const next: IdentityKey = { kid: "next", secret: Buffer.alloc(48, 2) };
export const previous: IdentityKey = { kid: "previous", secret: Buffer.alloc(32, 3) };
export const verifier = createVerifier({ keys: [current, next, previous], audience: "web-bff", clock });

export const HEADER = { alg: "HS256", kid: "current", typ: "gw-id+jwt" };
export const CLAIMS = {
  iss: "gateway",
  aud: "web-bff",
  sub: "42",
  iat: NOW_S,
  exp: NOW_S + 60,
  jti: "req-1",
};

export const encode = (value: unknown): string =>
  Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");

/**
 * Signs any header and payload, right or wrong: an attacker with a pen, or a gateway with a bug.
 */
export function sign(
  header: unknown,
  claims: unknown,
  { hash = "sha256", secret = current.secret } = {},
): string {
  const input = `${encode(header)}.${encode(claims)}`;
  return `${input}.${createHmac(hash, secret).update(input).digest("base64url")}`;
}

export const withClaims = (changes: Record<string, unknown>): string =>
  sign(HEADER, { ...CLAIMS, ...changes });
export const GOOD = sign(HEADER, CLAIMS);
export const [HEADER_SEGMENT = "", PAYLOAD_SEGMENT = "", SIGNATURE_SEGMENT = ""] = GOOD.split(".");

/**
 * The segment with the lowest bit of its last character turned: other text, the same bytes where it
 * is padding.
 */
export function turnLastBit(segment: string): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const last = alphabet[alphabet.indexOf(segment.slice(-1)) ^ 1];
  assert.ok(last);
  return segment.slice(0, -1) + last;
}

/** A payload segment that decodes to the claims, but whose unused trailing bits are not zero. */
export function nonCanonicalPayload(): string {
  let text = JSON.stringify(CLAIMS);
  while (Buffer.byteLength(text) % 3 === 0) text += " ";
  const segment = turnLastBit(encode(text));
  assert.deepEqual(JSON.parse(Buffer.from(segment, "base64url").toString()), CLAIMS);
  return segment;
}

export function signSegments(header: string, payload: string): string {
  const mac = createHmac("sha256", current.secret).update(`${header}.${payload}`).digest("base64url");
  return `${header}.${payload}.${mac}`;
}

export async function signAsymmetric(): Promise<string> {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return new SignJWT(CLAIMS)
    .setProtectedHeader({ alg: "RS256", kid: "current", typ: "gw-id+jwt" })
    .sign(privateKey);
}
