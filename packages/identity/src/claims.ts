import { IdentityError } from "./identity-error.ts";

/** What the gateway asserts about a request. Each member is one claim of `X-Identity`. */
export interface Identity {
  /** `sub`. */
  readonly userId: string;
  /** `aud`: the BFF that the assertion is for. */
  readonly audience: string;
  /** `jti`: a BFF accepts it once for an unsafe method. */
  readonly requestId: string;
  /** `iat`, seconds since the epoch. */
  readonly issuedAtS: number;
  /** `exp`, seconds since the epoch. */
  readonly expiresAtS: number;
  /** `cid`: the API key that the caller came with, if any. */
  readonly apiKeyId?: string;
  /** `scope`: scopes, separated by spaces (RFC 8693, section 4.2). */
  readonly scope?: string;
}

/** Why signed claims were not accepted. */
export type ClaimsRefusal =
  | "malformed-claims"
  | "wrong-issuer"
  | "wrong-audience"
  | "bad-subject"
  | "bad-token-id"
  | "bad-times"
  | "lifetime-too-long"
  | "issued-in-future"
  | "not-yet-valid"
  | "expired";

export const ISSUER = "gateway";

/** The longest that an assertion lives, in seconds. */
export const MAX_LIFETIME_S = 60;

/** How far the clocks of gateway and BFF may be apart, in seconds, in either direction. */
export const CLOCK_SKEW_S = 5;

/** The form of a user id: it becomes a path segment and a header of upstream calls, so nothing else fits. */
export const USER_ID = /^[A-Za-z0-9_-]{1,64}$/;

/** The form of a request id: unreserved characters of RFC 3986, safe in a header and in a log line. */
export const REQUEST_ID = /^[A-Za-z0-9._~-]{1,128}$/;

/**
 * Reads the payload of a token whose signature holds.
 *
 * `nbf` is never minted, but RFC 7519 section 4.1.5 forbids to accept a token before it: it is honoured.
 * Claims that are not known are ignored, so that the gateway may add some.
 *
 * @param nowS seconds since the epoch, whole
 */
export function readClaims(payload: unknown, audience: string, nowS: number): Identity | ClaimsRefusal {
  if (!isRecord(payload)) return "malformed-claims";
  const { iss, aud, sub, jti, iat, exp, nbf, cid, scope } = payload;
  if (iss !== ISSUER) return "wrong-issuer";
  if (aud !== audience) return "wrong-audience";
  if (typeof sub !== "string" || !USER_ID.test(sub)) return "bad-subject";
  if (typeof jti !== "string" || !REQUEST_ID.test(jti)) return "bad-token-id";
  if (!isOptionalString(cid) || !isOptionalString(scope)) return "malformed-claims";

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
    audience,
    requestId: jti,
    issuedAtS: iat,
    expiresAtS: exp,
    ...(cid === undefined ? {} : { apiKeyId: cid }),
    ...(scope === undefined ? {} : { scope }),
  };
}

/** @throws IdentityError `bad-claim` for a value that no verifier would accept */
export function mustMatch(claim: string, value: string, pattern: RegExp): void {
  if (!pattern.test(value)) {
    throw new IdentityError(
      "bad-claim",
      `${claim} must match ${pattern.source}, but it is ${JSON.stringify(value)}`,
    );
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isOptionalString(value: unknown): value is string | undefined {
  return value === undefined || typeof value === "string";
}

export function isSeconds(value: unknown): value is number {
  return Number.isSafeInteger(value);
}
