import { CLOCK_SKEW_S, isRecord, isSeconds, MAX_LIFETIME_S, USER_ID, REQUEST_ID } from "./claims.ts";
import type { ClaimsRefusal } from "./claims.ts";

/** What a `Txn-Token` says about one request. Each member is one claim. */
export interface Transaction {
  /** `sub`, the same as `X-User-Id`. */
  readonly userId: string;
  /** `txn`: one id for everything that one call of a client causes. */
  readonly requestId: string;
  /** `aud`: the trust domain. Only its services accept the token. */
  readonly audience: string;
  /** `scope`: scopes, separated by spaces. The draft requires the claim, so "" means none. */
  readonly scope: string;
  /** `iat`, seconds since the epoch. */
  readonly issuedAtS: number;
  /** `exp`, seconds since the epoch. */
  readonly expiresAtS: number;
}

/**
 * Reads the payload of a transaction token whose signature holds. The rules about time are those of
 * `X-Identity`. Claims that are not known are ignored.
 *
 * @param nowS seconds since the epoch, whole
 */
export function readTransaction(
  payload: unknown,
  expected: { readonly issuer: string; readonly audience: string },
  nowS: number,
): Transaction | ClaimsRefusal {
  if (!isRecord(payload)) return "malformed-claims";
  const { iss, aud, sub, txn, scope, iat, exp, nbf } = payload;
  if (iss !== expected.issuer) return "wrong-issuer";
  if (aud !== expected.audience) return "wrong-audience";
  if (typeof sub !== "string" || !USER_ID.test(sub)) return "bad-subject";
  if (typeof txn !== "string" || !REQUEST_ID.test(txn)) return "bad-token-id";
  if (typeof scope !== "string") return "malformed-claims";
  if (!isSeconds(iat) || !isSeconds(exp) || exp <= iat) return "bad-times";
  if (exp > iat + MAX_LIFETIME_S) return "lifetime-too-long";
  if (iat > nowS + CLOCK_SKEW_S) return "issued-in-future";
  if (exp <= nowS - CLOCK_SKEW_S) return "expired";
  if (nbf !== undefined) {
    if (!isSeconds(nbf)) return "bad-times";
    if (nbf > nowS + CLOCK_SKEW_S) return "not-yet-valid";
  }
  return {
    userId: sub,
    requestId: txn,
    audience: expected.audience,
    scope,
    issuedAtS: iat,
    expiresAtS: exp,
  };
}
