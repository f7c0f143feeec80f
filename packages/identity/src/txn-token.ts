import { createPrivateKey, createPublicKey, sign, verify } from "node:crypto";
import type { KeyObject } from "node:crypto";
import {
  MAX_LIFETIME_S,
  mustMatch,
  readTransaction,
  REQUEST_ID,
  secondsOf,
  systemClock,
  USER_ID,
} from "./claims.ts";
import type { Transaction, WallClock } from "./claims.ts";
import { compactVerifier, headerSegment, KID, mintCompact } from "./compact.ts";
import type { PreparedKey, ReceivedToken, Refusal } from "./compact.ts";
import { IdentityError } from "./identity-error.ts";

/** An Ed25519 key as a JWK (RFC 8037). Only a private key has a `d`. */
export interface TxnKey {
  readonly kty: "OKP";
  readonly crv: "Ed25519";
  readonly kid: string;
  readonly x: string;
  readonly d?: string;
}

/** The half of a key that verifiers get. */
export function publicHalf({ kty, crv, kid, x }: TxnKey): TxnKey {
  return { kty, crv, kid, x };
}

/** 32 bytes in base64url without padding. */
const COORDINATE = /^[A-Za-z0-9_-]{43}$/;

/** The 64 bytes of an Ed25519 signature in base64url. */
const SIGNATURE_LENGTH = 86;

/** No message holds a private key. */
function prepareKey(key: TxnKey, make: () => KeyObject): PreparedKey {
  if (!KID.test(key.kid)) {
    throw new IdentityError("bad-key", `A key's kid must match ${KID.source}: rename the key`);
  }
  if (key.kty !== "OKP" || key.crv !== "Ed25519" || !COORDINATE.test(key.x)) {
    throw new IdentityError(
      "bad-key",
      `The key "${key.kid}" must be an Ed25519 JWK ("kty":"OKP","crv":"Ed25519","x"), but it is not`,
    );
  }
  try {
    const { kid } = key;
    return { kid, headerSegment: headerSegment("EdDSA", kid, "txntoken+jwt"), key: make() };
  } catch (cause) {
    const message = `The key "${key.kid}" is no Ed25519 key, or its "d" belongs to another "x"`;
    throw new IdentityError("bad-key", message, { cause });
  }
}

function privateKey(key: TxnKey): PreparedKey {
  if (key.d === undefined) {
    throw new IdentityError("bad-key", `The key "${key.kid}" has no "d": only a private key can mint`);
  }
  return prepareKey(key, () => createPrivateKey({ key: { ...key }, format: "jwk" }));
}

function publicKey(key: TxnKey): PreparedKey {
  if (key.d !== undefined) {
    const message = `The key "${key.kid}" is private: give verifiers only its public half`;
    throw new IdentityError("bad-key", message);
  }
  return prepareKey(key, () => createPublicKey({ key: { ...key }, format: "jwk" }));
}

/** Signs transaction tokens with one key. */
export interface TxnMinter {
  /**
   * Makes a value of `Txn-Token`. @throws IdentityError `bad-claim` if no verifier would accept it
   */
  mint(transaction: { readonly userId: string; readonly requestId: string; readonly scope?: string }): string;
}

/**
 * Makes the gateway's side of `Txn-Token`, a JWT after draft-ietf-oauth-transaction-tokens. A token
 * lives 60 s: longer than any request, too short to be worth stealing.
 *
 * @param options.key a private Ed25519 key
 * @param options.audience the trust domain
 * @param options.clock default: the system's
 * @throws IdentityError `bad-key`
 */
export function createTxnMinter(options: {
  readonly key: TxnKey;
  readonly issuer: string;
  readonly audience: string;
  readonly clock?: WallClock;
}): TxnMinter {
  const { issuer, audience, clock = systemClock } = options;
  const { headerSegment: header, key } = privateKey(options.key);
  const signed = (input: string) => sign(null, Buffer.from(input), key).toString("base64url");
  return {
    mint({ userId, requestId, scope = "" }) {
      mustMatch("userId", userId, USER_ID);
      mustMatch("requestId", requestId, REQUEST_ID);
      const iat = secondsOf(clock);
      const exp = iat + MAX_LIFETIME_S;
      const claims = { iss: issuer, aud: audience, iat, exp, txn: requestId, sub: userId, scope };
      return mintCompact(header, claims, signed);
    },
  };
}

/** The outcome of checking `Txn-Token`. */
export type TxnVerification =
  | { readonly ok: true; readonly transaction: Transaction }
  | { readonly ok: false; readonly reason: Refusal };

/** Checks `Txn-Token`. */
export interface TxnVerifier {
  /** Takes what `singleHeader` returns. Never throws. */
  verify(token: ReceivedToken): TxnVerification;
}

/**
 * Makes a service's side of `Txn-Token`.
 * @param options.keys public keys: the previous, the current and the next
 * @param options.clock default: the system's
 * @throws IdentityError `bad-key` for an empty set, two keys with one kid, a bad or a private key
 */
export function createTxnVerifier(options: {
  readonly keys: readonly TxnKey[];
  readonly issuer: string;
  readonly audience: string;
  readonly clock?: WallClock;
}): TxnVerifier {
  const { clock = systemClock } = options;
  const check = compactVerifier({
    keys: options.keys.map(publicKey),
    signatureLength: SIGNATURE_LENGTH,
    isSignature: isEd25519,
    read: (payload) => readTransaction(payload, options, secondsOf(clock)),
  });
  return {
    verify(token) {
      const outcome = check(token);
      return typeof outcome === "string"
        ? { ok: false, reason: outcome }
        : { ok: true, transaction: outcome };
    },
  };
}

/** Another encoding of the same bytes (with other trailing bits) is refused. */
function isEd25519(key: KeyObject, input: string, encoded: string): boolean {
  const signature = Buffer.from(encoded, "base64url");
  return signature.toString("base64url") === encoded && verify(null, Buffer.from(input), key, signature);
}
