import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { secondsOf } from "@triptych/service-kit";
import type { WallClock } from "@triptych/service-kit";
import { EncryptJWT, errors, jwtDecrypt } from "jose";
import type { JWTPayload } from "jose";
import { identityRefusal } from "../exchange.ts";
import type { Caller } from "../exchange.ts";

/** A person's working day. There is no renewal: after it the identity provider decides again. */
export const MAX_SESSION_LIFE_S = 12 * 3_600;

/** `__Host-`: a browser takes it over HTTPS alone, from this host alone, for every path. */
export const SESSION_COOKIE = "__Host-session";

/** AES-256-GCM with the key itself: nobody else has to read it. */
const HEADER = { alg: "dir", enc: "A256GCM" } as const;
const MAX_LENGTH = 2_048;
const SUBJECT = /^[A-Za-z0-9_-]{1,64}$/;

/** A key of the session ring; 32 bytes. */
export interface SessionKey {
  readonly kid: string;
  readonly secret: Uint8Array;
}

/**
 * Encrypted cookies: what a browser holds says nothing to it, and no gateway has to ask another who somebody is. No
 * token of the identity provider is in them.
 */
export interface SealedCookies {
  /** @param purpose what the cookie is for; it opens for nothing else */
  seal(purpose: string, claims: JWTPayload, lifeS: number): Promise<string>;
  /** @returns undefined for what none of the keys sealed for this purpose, and for what is over */
  open(purpose: string, cookie: string): Promise<JWTPayload | undefined>;
}

/**
 * @param keys the first seals, all open
 */
export function createSealedCookies(keys: readonly SessionKey[], clock: WallClock): SealedCookies {
  const byKid = new Map(keys.map(({ kid, secret }) => [kid, secret]));
  const [current] = keys;
  if (current === undefined) throw new Error("the session ring needs at least one key");
  return {
    async seal(purpose, claims, lifeS) {
      const nowS = secondsOf(clock);
      return await new EncryptJWT(claims)
        .setProtectedHeader({ ...HEADER, kid: current.kid, typ: purpose })
        .setIssuedAt(nowS)
        .setExpirationTime(nowS + lifeS)
        .encrypt(current.secret);
    },
    async open(purpose, cookie) {
      if (cookie.length > MAX_LENGTH) return undefined;
      try {
        const { payload } = await jwtDecrypt(
          cookie,
          ({ kid = "" }) => {
            const secret = byKid.get(kid);
            if (secret === undefined) throw new errors.JWKSNoMatchingKey();
            return secret;
          },
          {
            keyManagementAlgorithms: [HEADER.alg],
            contentEncryptionAlgorithms: [HEADER.enc],
            typ: purpose,
            requiredClaims: ["exp", "iat"],
            currentDate: new Date(clock.wallNow()),
          },
        );
        return payload;
      } catch {
        return undefined;
      }
    },
  };
}

/** Makes the cookie's value of a new session. */
export async function newSession(
  cookies: SealedCookies,
  person: { readonly sub: string; readonly scope?: string },
): Promise<string> {
  return await cookies.seal("session", { ...person, jti: randomUUID() }, MAX_SESSION_LIFE_S);
}

/** Reads who is logged in. @throws Refusal */
export async function readSession(cookies: SealedCookies, cookie: string): Promise<Caller> {
  const claims = await cookies.open("session", cookie);
  if (claims === undefined) throw identityRefusal("authentication", "session-invalid");
  const { sub, jti, iat, scope } = claims;
  if (sub === undefined || !SUBJECT.test(sub) || jti === undefined || iat === undefined) {
    throw identityRefusal("authentication", "session-claims");
  }
  return {
    kind: "session",
    sub,
    tokenId: jti,
    issuedAtS: iat,
    ...(typeof scope === "string" ? { scope } : {}),
  };
}

/**
 * The values of one cookie, as often as it stands (RFC 6265, section 5.4). Two of one name mean that somebody else
 * set one of them.
 */
export function cookieValues(req: IncomingMessage, name: string): string[] {
  return (req.headers.cookie ?? "")
    .split(";")
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));
}

/** A `Set-Cookie` that scripts cannot read, that leaves over HTTPS alone and that other sites' requests do not carry. */
export function setCookie(name: string, value: string, maxAgeS: number): string {
  return `${name}=${value}; Path=/; Max-Age=${maxAgeS}; HttpOnly; Secure; SameSite=Lax`;
}

/** A `Set-Cookie` that takes one away. */
export function clearCookie(name: string): string {
  return setCookie(name, "", 0);
}
