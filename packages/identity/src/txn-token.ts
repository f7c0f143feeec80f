import { sign, verify } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { MAX_LIFETIME_S, mustMatch, REQUEST_ID, USER_ID } from "./claims.ts";
import { IdentityError } from "./identity-error.ts";
import { parsePayload } from "./payload.ts";
import { DOUBLED_HEADER } from "./single-header.ts";
import { readTransaction } from "./txn-claims.ts";
import type { Transaction } from "./txn-claims.ts";
import { prepareTxnPrivateKey, prepareTxnPublicKey } from "./txn-keys.ts";
import type { TxnKey } from "./txn-keys.ts";
import { MAX_TOKEN_LENGTH } from "./verify.ts";
import type { Refusal } from "./verify.ts";
import { secondsOf, systemClock } from "./wall-clock.ts";
import type { WallClock } from "./wall-clock.ts";

/** Signs transaction tokens with one key. */
export interface TxnMinter {
  /** The value of `Txn-Token`. @throws IdentityError `bad-claim` for what no verifier would accept */
  mint(transaction: { readonly userId: string; readonly requestId: string; readonly scope?: string }): string;
}

/**
 * Makes the gateway's side of `Txn-Token`, a JWT after draft-ietf-oauth-transaction-tokens. A token lives 60 s:
 * longer than any request, shorter than it is worth to steal one.
 *
 * @param options.key a private Ed25519 key
 * @param options.audience the trust domain
 * @param options.clock default the machine's
 * @throws IdentityError `bad-key`
 */
export function createTxnMinter(options: {
  readonly key: TxnKey;
  readonly issuer: string;
  readonly audience: string;
  readonly clock?: WallClock;
}): TxnMinter {
  const { issuer, audience, clock = systemClock } = options;
  const { headerSegment, key } = prepareTxnPrivateKey(options.key);
  return {
    mint({ userId, requestId, scope = "" }) {
      mustMatch("userId", userId, USER_ID);
      mustMatch("requestId", requestId, REQUEST_ID);
      const iat = secondsOf(clock);
      const exp = iat + MAX_LIFETIME_S;
      const claims = { iss: issuer, aud: audience, iat, exp, txn: requestId, sub: userId, scope };
      const input = `${headerSegment}.${Buffer.from(JSON.stringify(claims)).toString("base64url")}`;
      const token = `${input}.${sign(null, Buffer.from(input), key).toString("base64url")}`;
      if (token.length <= MAX_TOKEN_LENGTH) return token;
      throw new IdentityError(
        "bad-claim",
        `A token may have ${MAX_TOKEN_LENGTH} characters, but this one has ${token.length}: shorten scope`,
      );
    },
  };
}

export type TxnVerification =
  | { readonly ok: true; readonly transaction: Transaction }
  | { readonly ok: false; readonly reason: Refusal };

/** Checks `Txn-Token`. */
export interface TxnVerifier {
  /** Takes what `singleHeader` gives. Never throws, whatever came. */
  verify(token: string | typeof DOUBLED_HEADER | undefined): TxnVerification;
}

/** Three base64url segments without padding; the last are the 64 bytes of an Ed25519 signature. */
const COMPACT = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]{86})$/;

/**
 * Makes a service's side of `Txn-Token`. As for `X-Identity`, the header is compared as a string with those that
 * the given keys sign: no algorithm, type, key or address of a key is read out of a token.
 *
 * @param options.keys public keys: previous, current and next
 * @throws IdentityError `bad-key`
 */
export function createTxnVerifier(options: {
  readonly keys: readonly TxnKey[];
  readonly issuer: string;
  readonly audience: string;
  readonly clock?: WallClock;
}): TxnVerifier {
  const { clock = systemClock } = options;
  const keyOfHeader = new Map<string, KeyObject>();
  for (const txnKey of options.keys) {
    const { headerSegment, key } = prepareTxnPublicKey(txnKey);
    if (keyOfHeader.has(headerSegment)) {
      throw new IdentityError("bad-key", `The kid "${txnKey.kid}" stands twice in the set: rename one`);
    }
    keyOfHeader.set(headerSegment, key);
  }
  if (keyOfHeader.size === 0) {
    throw new IdentityError("bad-key", "A verifier needs at least one key, but the set is empty");
  }
  return {
    verify(token) {
      if (token === undefined) return { ok: false, reason: "missing" };
      if (token === DOUBLED_HEADER) return { ok: false, reason: "doubled" };
      if (token.length > MAX_TOKEN_LENGTH) return { ok: false, reason: "too-large" };
      const [, header, payload, signature] = COMPACT.exec(token) ?? [];
      if (header === undefined || payload === undefined || signature === undefined) {
        return { ok: false, reason: "malformed" };
      }
      const key = keyOfHeader.get(header);
      if (key === undefined) return { ok: false, reason: "unknown-header" };
      if (!signatureHolds(key, `${header}.${payload}`, signature)) {
        return { ok: false, reason: "bad-signature" };
      }
      const outcome = readTransaction(parsePayload(payload), options, secondsOf(clock));
      return typeof outcome === "string"
        ? { ok: false, reason: outcome }
        : { ok: true, transaction: outcome };
    },
  };
}

/** An encoding that is not canonical (other trailing bits, the same bytes) does not hold either. */
function signatureHolds(key: KeyObject, input: string, encoded: string): boolean {
  const signature = Buffer.from(encoded, "base64url");
  return signature.toString("base64url") === encoded && verify(null, Buffer.from(input), key, signature);
}
