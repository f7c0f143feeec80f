import { CLOCK_SKEW_S, isRecord, isSeconds, MAX_LIFETIME_S, SUBJECT, TOKEN_ID } from "./claims.ts";
import type { ClaimsRefusal } from "./claims.ts";

/** What a `Txn-Token` says about one request. Times are seconds since the epoch (RFC 7519 NumericDate). */
export interface Transaction {
  /** The user's id, the same as `X-User-Id`. */
  readonly sub: string;
  /** The request's id: one value for everything that one call of a client causes. */
  readonly txn: string;
  /** The trust domain: every service of it accepts the token, nobody else does. */
  readonly aud: string;
  /** Scopes, separated by spaces; the draft requires the claim, so "" says that there are none. */
  readonly scope: string;
  readonly iat: number;
  readonly exp: number;
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
  if (typeof sub !== "string" || !SUBJECT.test(sub)) return "bad-subject";
  if (typeof txn !== "string" || !TOKEN_ID.test(txn)) return "bad-token-id";
  if (typeof scope !== "string") return "malformed-claims";
  if (!isSeconds(iat) || !isSeconds(exp) || exp <= iat) return "bad-times";
  if (exp > iat + MAX_LIFETIME_S) return "lifetime-too-long";
  if (iat > nowS + CLOCK_SKEW_S) return "issued-in-future";
  if (exp <= nowS - CLOCK_SKEW_S) return "expired";
  if (nbf !== undefined) {
    if (!isSeconds(nbf)) return "bad-times";
    if (nbf > nowS + CLOCK_SKEW_S) return "not-yet-valid";
  }
  return { sub, txn, aud: expected.audience, scope, iat, exp };
}
