import { isUtf8 } from "node:buffer";
import { USER_ID } from "@triptych/identity";
import { secondsOf } from "@triptych/service-kit";
import type { Clock } from "@triptych/service-kit";
import { decodeProtectedHeader, errors, jwtVerify } from "jose";
import { identityRefusal, Refusal } from "../exchange.ts";
import type { Caller } from "../exchange.ts";
import { KeysUnavailableError } from "../login/key-set.ts";
import type { KeySet } from "../login/key-set.ts";
import { CLOCK_SKEW_S, VerifiedTokens } from "./verified-tokens.ts";
import type { VerifiedToken } from "./verified-tokens.ts";

/** Asymmetric only: with a shared secret, every verifier could also issue tokens. */
const ALGORITHMS = ["ES256", "EdDSA", "RS256", "PS256"];
/** RFC 9068, section 4: an ID token, or another JWT of this issuer, is not an access token. */
const TYPE = "at+jwt";
/** Header members that point to a key or change how the token is read. Valid tokens have none. */
const FORBIDDEN_MEMBERS = ["jku", "jwk", "x5u", "x5c", "crit", "b64", "zip"];
const MAX_LENGTH = 4_096;
/** Seconds. It also bounds how long a revocation must be remembered. */
export const MAX_TOKEN_LIFE_S = 3_600;

/** Identity providers make the ids of tokens as freely as those of users. */
const TOKEN_ID = USER_ID;
const SEGMENT = /^[A-Za-z0-9_-]+$/;

/** Which tokens are accepted: `iss` and `aud`, and the keys that verify them. */
export interface BearerOptions {
  readonly keySet: KeySet;
  readonly issuer: string;
  readonly audience: string;
  readonly clock: Clock;
}

/** Checks the value of an `Authorization` header. */
export type VerifyBearer = (authorization: string) => Promise<Caller>;

/**
 * Creates the check of bearer tokens. It throws the same `Refusal` for every wrong token, and a 503
 * when the provider's keys are not available, since the token may be right. A right token is
 * verified once.
 */
export function createBearerVerifier(options: BearerOptions): VerifyBearer {
  const { keySet, issuer, audience, clock } = options;
  const verified = new VerifiedTokens(clock);
  return async (authorization) => {
    const keys = keySet.version();
    const known = verified.find(authorization, keys);
    if (known !== undefined) return known;
    const token = readToken(authorization);
    try {
      const { payload } = await jwtVerify(token, async (header, input) => keySet.keyOf(header, input), {
        issuer,
        audience,
        algorithms: ALGORITHMS,
        typ: TYPE,
        requiredClaims: ["sub", "iat", "exp", "jti"],
        clockTolerance: CLOCK_SKEW_S,
        currentDate: new Date(clock.wallNow()),
      });
      const right = readClaims(payload, secondsOf(clock));
      verified.keep(authorization, keys, right);
      return right.caller;
    } catch (error) {
      throw refusalOf(error);
    }
  };
}

/**
 * RFC 9110, section 11.4: the scheme in any case, spaces (no tabs), the token. Non-canonical
 * base64url is refused, so each token has one spelling.
 */
function readToken(authorization: string): string {
  const [, token] = /^bearer +([^ ]+)$/i.exec(authorization) ?? [];
  if (token === undefined) throw identityRefusal("authentication", "not-bearer");
  if (token.length > MAX_LENGTH) throw identityRefusal("authentication", "token-too-large");
  const segments = token.split(".");
  if (segments.length !== 3 || !segments.every(isCanonical) || !segments.slice(0, 2).every(isJsonObject)) {
    throw identityRefusal("authentication", "token-malformed");
  }
  if (FORBIDDEN_MEMBERS.some((member) => Object.hasOwn(headerOf(token), member))) {
    throw identityRefusal("authentication", "token-header");
  }
  return token;
}

function isCanonical(segment: string): boolean {
  return SEGMENT.test(segment) && Buffer.from(segment, "base64url").toString("base64url") === segment;
}

/**
 * RFC 7519, section 7.2: header and payload are JSON objects in UTF-8. jose drops a byte order mark
 * and replaces bytes that are not UTF-8, so it reads more than what was signed.
 */
function isJsonObject(segment: string): boolean {
  const bytes = Buffer.from(segment, "base64url");
  return isUtf8(bytes) && /^[ \t\r\n]*\{/.test(bytes.toString("utf8"));
}

function headerOf(token: string): object {
  try {
    return decodeProtectedHeader(token);
  } catch {
    throw identityRefusal("authentication", "token-malformed");
  }
}

/** jose checks that times are numbers, but not that the other claims are text. */
function readClaims(claims: Readonly<Record<string, unknown>>, nowS: number): VerifiedToken {
  const { sub, jti, iat, exp, nbf = iat, scope } = claims;
  if (typeof sub !== "string" || !USER_ID.test(sub)) throw identityRefusal("authentication", "token-subject");
  if (typeof jti !== "string" || !TOKEN_ID.test(jti)) throw identityRefusal("authentication", "token-id");
  if (!isSeconds(iat) || !isSeconds(exp)) throw identityRefusal("authentication", "token-times");
  if (iat > nowS + CLOCK_SKEW_S) throw identityRefusal("authentication", "token-from-the-future");
  if (exp <= iat || exp - iat > MAX_TOKEN_LIFE_S) throw identityRefusal("authentication", "token-lifetime");
  if (scope !== undefined && typeof scope !== "string")
    throw identityRefusal("authentication", "token-scope");
  return {
    caller: {
      kind: "bearer",
      userId: sub,
      tokenId: jti,
      issuedAtS: iat,
      ...(scope === undefined ? {} : { scope }),
    },
    fromS: Math.max(iat, Number(nbf)),
    untilS: exp,
  };
}

function isSeconds(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof KeysUnavailableError) {
    return new Refusal(
      "authentication",
      {
        code: "upstream-unavailable",
        detail: "The login cannot be checked at the moment",
        upstream: "login",
      },
      { reason: "no-keys", cause: error },
    );
  }
  if (error instanceof errors.JOSEError) return identityRefusal("authentication", error.code, error);
  // jose throws a TypeError when a key does not fit its algorithm.
  return identityRefusal("authentication", "token-unverifiable", error);
}
