import { IdentityError } from "./identity-error.ts";

/** What the gateway asserts about a request. Each member is one claim of `X-Identity`. */
export interface Identity {
  /** `sub`. Undefined for a visitor without a login: then `anonymous` is `true`. */
  readonly userId: string | undefined;
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
  /** `claims`: what else the login says of the user, such as a tenant or roles. */
  readonly claims?: IdentityClaims;
}

/** What an identity provider says of a user, by the names that the gateway gives. */
export type IdentityClaims = Readonly<Record<string, string | number | boolean | readonly string[]>>;

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

/** Why claims were not accepted, though their signature is right. */
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

/** The part of a clock that tokens need. */
export interface WallClock {
  /** Milliseconds since the epoch. */
  wallNow(): number;
}

/** The part of a clock that lives need: a date that jumps ends none and prolongs none. */
export interface LifeClock {
  /** Monotonic milliseconds, with fractions. */
  now(): number;
}

/** The system's clock. */
export const systemClock: LifeClock & WallClock = { now: () => performance.now(), wallNow: () => Date.now() };

/** Whole seconds since the epoch: the NumericDate of `iat` and `exp` (RFC 7519, section 2). */
export function secondsOf(clock: WallClock): number {
  return Math.floor(clock.wallNow() / 1000);
}

/** The `iss` of every `X-Identity`. */
export const ISSUER = "gateway";

/** The longest that an assertion lives, in seconds. */
export const MAX_LIFETIME_S = 60;

/** How far the clocks of gateway and BFF may differ, in seconds, in either direction. */
export const CLOCK_SKEW_S = 5;

/**
 * A user id, opaque: visible ASCII of up to 255 characters, as identity providers make them (OpenID
 * Connect Core 1.0, section 2). It is sent as a header, and line breaks separate it in keys.
 */
export const USER_ID = /^[\x21-\x7e]{1,255}$/;

/** A request id: the unreserved characters of RFC 3986, safe in a header and in a log line. */
export const REQUEST_ID = /^[A-Za-z0-9._~-]{1,128}$/;

/** @throws IdentityError `bad-claim` for a value that no verifier would accept */
export function mustMatch(claim: string, value: string, pattern: RegExp): void {
  if (pattern.test(value)) return;
  const message = `${claim} must match ${pattern.source}, but it is ${JSON.stringify(value)}`;
  throw new IdentityError("bad-claim", message);
}

/**
 * Reads the payload of an `X-Identity` whose signature is right. Unknown claims are ignored, so
 * that the gateway can add some.
 * @param nowS whole seconds since the epoch
 */
export function readIdentity(payload: unknown, audience: string, nowS: number): Identity | ClaimsRefusal {
  if (!isRecord(payload)) return "malformed-claims";
  const { iss, aud, sub, anonymous, jti, iat, exp, nbf, cid, scope, claims } = payload;
  if (iss !== ISSUER) return "wrong-issuer";
  if (aud !== audience) return "wrong-audience";
  if (!isSubject(sub, anonymous)) return "bad-subject";
  if (typeof jti !== "string" || !REQUEST_ID.test(jti)) return "bad-token-id";
  if (!isOptionalString(cid) || !isOptionalString(scope)) return "malformed-claims";
  if (claims !== undefined && !isIdentityClaims(claims)) return "malformed-claims";
  // A visitor showed nothing that could have an id or rights.
  const saysMore = cid !== undefined || scope !== undefined || claims !== undefined;
  if (sub === undefined && saysMore) return "malformed-claims";
  if (!isSeconds(iat) || !isSeconds(exp)) return "bad-times";
  return (
    timesRefusal(iat, exp, nbf, nowS) ?? {
      userId: sub,
      audience,
      requestId: jti,
      issuedAtS: iat,
      expiresAtS: exp,
      ...(cid === undefined ? {} : { apiKeyId: cid }),
      ...(scope === undefined ? {} : { scope }),
      ...(claims === undefined ? {} : { claims }),
    }
  );
}

/**
 * Reads the payload of a `Txn-Token` whose signature is right. Unknown claims are ignored.
 * @param nowS whole seconds since the epoch
 */
export function readTransaction(
  payload: unknown,
  expected: { readonly issuer: string; readonly audience: string },
  nowS: number,
): Transaction | ClaimsRefusal {
  if (!isRecord(payload)) return "malformed-claims";
  const { iss, aud, sub, txn, scope, iat, exp, nbf } = payload;
  if (iss !== expected.issuer) return "wrong-issuer";
  const { audience } = expected;
  if (aud !== audience) return "wrong-audience";
  if (typeof sub !== "string" || !USER_ID.test(sub)) return "bad-subject";
  if (typeof txn !== "string" || !REQUEST_ID.test(txn)) return "bad-token-id";
  if (typeof scope !== "string") return "malformed-claims";
  if (!isSeconds(iat) || !isSeconds(exp)) return "bad-times";
  return (
    timesRefusal(iat, exp, nbf, nowS) ?? {
      userId: sub,
      requestId: txn,
      audience,
      scope,
      issuedAtS: iat,
      expiresAtS: exp,
    }
  );
}

/** `nbf` is never minted, but a token must not be accepted before it (RFC 7519, section 4.1.5). */
function timesRefusal(iat: number, exp: number, nbf: unknown, nowS: number): ClaimsRefusal | undefined {
  if (exp <= iat) return "bad-times";
  if (exp > iat + MAX_LIFETIME_S) return "lifetime-too-long";
  if (iat > nowS + CLOCK_SKEW_S) return "issued-in-future";
  if (exp <= nowS - CLOCK_SKEW_S) return "expired";
  if (nbf === undefined) return undefined;
  if (!isSeconds(nbf)) return "bad-times";
  return nbf > nowS + CLOCK_SKEW_S ? "not-yet-valid" : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether a value can be `claims`. */
export function isIdentityClaims(value: unknown): value is IdentityClaims {
  return isRecord(value) && Object.values(value).every(isClaim);
}

function isClaim(value: unknown): boolean {
  if (Array.isArray(value)) return value.every((entry) => typeof entry === "string");
  // A whole number beyond 2^53 - 1 was rounded when it was read, and may name another tenant.
  const isNumber = Number.isSafeInteger(value) || (Number.isFinite(value) && !Number.isInteger(value));
  return typeof value === "string" || typeof value === "boolean" || isNumber;
}

/** A user, or a visitor by an explicit claim: a gateway that forgets `sub` makes no visitor. */
function isSubject(sub: unknown, anonymous: unknown): sub is string | undefined {
  if (sub === undefined) return anonymous === true;
  return anonymous === undefined && typeof sub === "string" && USER_ID.test(sub);
}

function isOptionalString(value: unknown): value is string | undefined {
  return value === undefined || typeof value === "string";
}

function isSeconds(value: unknown): value is number {
  return Number.isSafeInteger(value);
}
