import { createPrivateKey, createPublicKey } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { IdentityError } from "./identity-error.ts";

/** An Ed25519 key as a JWK (RFC 8037). `d` is there in a private key alone. */
export interface TxnKey {
  readonly kty: "OKP";
  readonly crv: "Ed25519";
  readonly kid: string;
  readonly x: string;
  readonly d?: string;
}

const KID = /^[A-Za-z0-9_-]{1,64}$/;
/** 32 bytes in base64url without padding. */
const COORDINATE = /^[A-Za-z0-9_-]{43}$/;

/** A transaction key and the one header segment that it signs, written out so that it can be compared as a string. */
export interface PreparedTxnKey {
  readonly headerSegment: string;
  readonly key: KeyObject;
}

/** @throws IdentityError `bad-key`; the message never holds the key */
export function prepareTxnPrivateKey(key: TxnKey): PreparedTxnKey {
  if (key.d === undefined) {
    throw new IdentityError("bad-key", `The key "${key.kid}" has no "d": only a private key can mint`);
  }
  return prepare(key, () => createPrivateKey({ key: { ...key }, format: "jwk" }));
}

/** @throws IdentityError `bad-key` for a malformed key, and for a private one: a verifier must not hold it */
export function prepareTxnPublicKey(key: TxnKey): PreparedTxnKey {
  if (key.d !== undefined) {
    throw new IdentityError(
      "bad-key",
      `The key "${key.kid}" is private: give verifiers its public half alone`,
    );
  }
  return prepare(key, () => createPublicKey({ key: { ...key }, format: "jwk" }));
}

/** The half of a key that verifiers get. */
export function publicHalf({ kty, crv, kid, x }: TxnKey): TxnKey {
  return { kty, crv, kid, x };
}

function prepare(key: TxnKey, make: () => KeyObject): PreparedTxnKey {
  if (!KID.test(key.kid)) {
    throw new IdentityError("bad-key", `A key's kid must match ${KID.source}: rename the key`);
  }
  if (key.kty !== "OKP" || key.crv !== "Ed25519" || !COORDINATE.test(key.x)) {
    throw new IdentityError(
      "bad-key",
      `The key "${key.kid}" must be an Ed25519 JWK ("kty":"OKP","crv":"Ed25519","x"), but it is not`,
    );
  }
  const header = `{"alg":"EdDSA","kid":"${key.kid}","typ":"txntoken+jwt"}`;
  try {
    return { headerSegment: Buffer.from(header).toString("base64url"), key: make() };
  } catch (cause) {
    throw new IdentityError(
      "bad-key",
      `The key "${key.kid}" is no Ed25519 key, or its "d" belongs to another "x"`,
      { cause },
    );
  }
}
