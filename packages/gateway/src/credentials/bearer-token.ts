import { isUtf8 } from "node:buffer";
import { hash } from "node:crypto";
import { USER_ID } from "@triptych/identity";
import { secondsOf } from "@triptych/service-kit";
import type { Clock } from "@triptych/service-kit";
import { errors, jwtVerify } from "jose";
import type { JWTPayload } from "jose";
import { isObject } from "../contracts/document.ts";
import type { JsonObject } from "../contracts/document.ts";
import { identityRefusal, Refusal } from "../exchange.ts";
import type { Caller } from "../exchange.ts";
import type { IssuerProfile } from "../issuers/profile.ts";
import { ofTenant } from "../issuers/tenants.ts";
import { userOf } from "../issuers/user.ts";
import { KeysUnavailableError } from "../login/key-set.ts";
import type { KeySet } from "../login/key-set.ts";
import { CLOCK_SKEW_S, VerifiedTokens } from "./verified-tokens.ts";
import type { VerifiedToken } from "./verified-tokens.ts";

/** Asymmetric only: with a shared secret, every verifier could also issue tokens. */
export const ALGORITHMS = ["ES256", "EdDSA", "RS256", "PS256"];
/** Header members that point to a key or change how the token is read. Valid tokens have none. */
const FORBIDDEN_MEMBERS = ["jku", "jwk", "x5u", "x5c", "crit", "b64", "zip"];
/** Half of what all headers of a request may have: identity providers list groups and roles. */
const MAX_LENGTH = 8_192;

const SEGMENT = /^[A-Za-z0-9_-]+$/;

/** An issuer whose tokens are accepted, and the keys that verify them. */
export interface Issuer {
  readonly profile: IssuerProfile;
  readonly keySet: KeySet;
}

/** Checks the value of an `Authorization` header. */
export type VerifyBearer = (authorization: string) => Promise<Caller>;

/**
 * Creates the check of bearer tokens. A token's `iss` selects the profile that it is checked by. It
 * throws the same `Refusal` for every wrong token, and a 503 when the issuer's keys are not
 * available, since the token may be right. A right token is verified once.
 */
export function createBearerVerifier(issuers: readonly Issuer[], clock: Clock): VerifyBearer {
  const ofMany = issuers.filter(({ profile }) => profile.tenants !== undefined);
  const ofOne = issuers.filter((issuer) => !ofMany.includes(issuer));
  const byIssuer = new Map(ofOne.map((issuer) => [issuer.profile.issuer, issuer]));
  const prefixes = issuers.map(({ profile }) => profile.prefix).filter((prefix) => prefix !== "");
  const verified = new VerifiedTokens(clock);
  return async (authorization) => {
    const caller = verified.find(authorization);
    if (caller !== undefined) return caller;
    const token = tokenOf(authorization);
    const { header, claims } = readCompact(token);
    const { profile, keySet, ownPrefix } = issuerOf(claims, byIssuer, ofMany);
    requireType(header, profile.types);
    const { audience } = profile;
    const keys = keySet.version();
    try {
      const { payload } = await jwtVerify(token, async (header, input) => keySet.keyOf(header, input), {
        issuer: profile.issuer,
        ...(audience === undefined ? {} : { audience: [...audience] }),
        algorithms: ALGORITHMS,
        requiredClaims: ["iat", "exp"],
        clockTolerance: CLOCK_SKEW_S,
        currentDate: new Date(clock.wallNow()),
      });
      const others = prefixes.filter((prefix) => prefix !== ownPrefix);
      const right = readClaims(token, payload, profile, others, secondsOf(clock));
      verified.keep(authorization, keySet, keys, right);
      return right.caller;
    } catch (error) {
      throw refusalOf(error);
    }
  };
}

/** RFC 9110, section 11.4: the scheme in any case, spaces (no tabs), the token. */
function tokenOf(authorization: string): string {
  const [, token] = /^bearer +([^ ]+)$/i.exec(authorization) ?? [];
  if (token === undefined) throw identityRefusal("authentication", "not-bearer");
  return token;
}

/**
 * Reads a signed token, of which nothing is verified yet. Non-canonical base64url is refused, so
 * each token has one spelling. @throws Refusal for a token of another form
 */
export function readCompact(token: string): { header: JsonObject; claims: JsonObject } {
  if (token.length > MAX_LENGTH) throw identityRefusal("authentication", "token-too-large");
  const segments = token.split(".");
  const [header, claims] = segments.slice(0, 2).map(jsonObjectOf);
  if (segments.length !== 3 || !segments.every(isCanonical) || header === undefined || claims === undefined) {
    throw identityRefusal("authentication", "token-malformed");
  }
  if (FORBIDDEN_MEMBERS.some((member) => Object.hasOwn(header, member))) {
    throw identityRefusal("authentication", "token-header");
  }
  return { header, claims };
}

function isCanonical(segment: string): boolean {
  return SEGMENT.test(segment) && Buffer.from(segment, "base64url").toString("base64url") === segment;
}

/**
 * RFC 7519, section 7.2: header and payload are JSON objects in UTF-8. jose drops a byte order mark
 * and replaces bytes that are not UTF-8, so it reads more than what was signed.
 */
function jsonObjectOf(segment: string): JsonObject | undefined {
  const bytes = Buffer.from(segment, "base64url");
  if (!isUtf8(bytes)) return undefined;
  try {
    // A byte order mark stays in the text, and is no JSON.
    const value: unknown = JSON.parse(bytes.toString("utf8"));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The profile that a token, not verified yet, says it belongs to. @throws Refusal */
function issuerOf(
  { iss: said }: JsonObject,
  byIssuer: ReadonlyMap<string, Issuer>,
  ofMany: readonly Issuer[],
): Issuer & { readonly ownPrefix: string } {
  const iss = typeof said === "string" ? said : "";
  const found = byIssuer.get(iss);
  if (found !== undefined) return { ...found, ownPrefix: found.profile.prefix };
  for (const { profile, keySet } of ofMany) {
    const tenant = ofTenant(profile, iss);
    if (tenant !== undefined) return { profile: tenant, keySet, ownPrefix: profile.prefix };
  }
  // The most common mistake has a word of its own. The text itself is anybody's, so it is not
  // logged.
  const slash = byIssuer.has(`${iss}/`) || byIssuer.has(iss.replace(/\/$/, ""));
  throw identityRefusal("authentication", slash ? "issuer-differs-by-a-slash" : "issuer-unknown");
}

/**
 * Checks the header's `typ` against lower-case types, of which `none` is a header without one.
 * RFC 7515, section 4.1.9: without a slash, `application/` is left out. @throws Refusal
 */
export function requireType({ typ = "none" }: JsonObject, types: readonly string[]): void {
  const type = typeof typ === "string" ? typ.toLowerCase().replace(/^application\//, "") : "";
  if (!types.includes(type)) throw identityRefusal("authentication", "token-type");
}

/** jose checks that times are numbers, but not that the other claims are text. */
function readClaims(
  token: string,
  claims: JWTPayload,
  profile: IssuerProfile,
  others: readonly string[],
  nowS: number,
): VerifiedToken {
  const { iat, exp, nbf = iat } = claims;
  const user = userOf(profile, claims, profile.subject, others);
  if (!isSeconds(iat) || !isSeconds(exp)) throw identityRefusal("authentication", "token-times");
  if (iat > nowS + CLOCK_SKEW_S) throw identityRefusal("authentication", "token-from-the-future");
  if (exp <= iat || exp - iat > profile.longestLifeSeconds)
    throw identityRefusal("authentication", "token-lifetime");
  for (const [name, value] of Object.entries(profile.require)) {
    if (claims[name] !== value) throw identityRefusal("authentication", `token-${name}`);
  }
  if (profile.clients !== undefined && !profile.clients.includes(clientOf(claims, profile)))
    throw identityRefusal("authentication", "token-client");
  return {
    caller: { kind: "bearer", ...user, tokenId: tokenIdOf(token, claims, profile), issuedAtS: iat },
    fromS: Math.max(iat, Number(nbf)),
    untilS: exp,
  };
}

function clientOf(claims: JWTPayload, { clientClaims }: IssuerProfile): string {
  const client = clientClaims.map((name) => claims[name]).find((value) => value !== undefined);
  return typeof client === "string" ? client : "";
}

function tokenIdOf(token: string, claims: JWTPayload, profile: IssuerProfile): string {
  const id = claims[profile.tokenId];
  // Not of the signature: some algorithms have several right ones for the same token.
  if (id === undefined && !profile.tokenIdRequired)
    return hash("sha256", token.slice(0, token.lastIndexOf(".")), "base64url");
  // Identity providers make the ids of tokens as freely as those of users.
  if (typeof id === "string" && USER_ID.test(id)) return id;
  throw identityRefusal("authentication", "token-id");
}

function isSeconds(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

/** The 401 for what a check of a token threw; the 503 where its issuer's keys are not available. */
export function refusalOf(error: unknown): Refusal {
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
  if (error instanceof errors.JWTExpired || error instanceof errors.JWTClaimValidationFailed)
    return identityRefusal("authentication", `token-${error.claim}`, error);
  if (error instanceof errors.JOSEError) return identityRefusal("authentication", error.code, error);
  // jose throws a TypeError when a key does not fit its algorithm.
  return identityRefusal("authentication", "token-unverifiable", error);
}
