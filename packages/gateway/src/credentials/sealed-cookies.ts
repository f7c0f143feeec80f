import type { IncomingMessage } from "node:http";
import { secondsOf } from "@triptych/service-kit";
import type { WallClock } from "@triptych/service-kit";
import { EncryptJWT, errors, jwtDecrypt } from "jose";
import type { JWTPayload } from "jose";
import { CLOCK_SKEW_S } from "./verified-tokens.ts";

/** AES-256-GCM with the key itself: only gateways read the cookie. */
const HEADER = { alg: "dir", enc: "A256GCM" } as const;
/** Browsers keep 4,096 bytes of name, value and attributes (RFC 6265, section 6.1). */
export const MAX_COOKIE_LENGTH = 3_900;

/** A key of the session ring. The secret has 32 bytes. */
export interface SessionKey {
  readonly kid: string;
  readonly secret: Uint8Array;
}

/**
 * Creates the encryption of cookies. The browser cannot read them, and no gateway has to ask
 * another who is logged in.
 *
 * @param keys the first seals, all of them open
 */
export function createSealedCookies(keys: readonly SessionKey[], clock: WallClock) {
  const byKid = new Map(keys.map(({ kid, secret }) => [kid, secret]));
  const [current] = keys;
  if (current === undefined) throw new Error("the session ring needs at least one key");
  return {
    /** @param purpose what the cookie is for; it cannot be opened for anything else */
    async seal(purpose: string, claims: JWTPayload, lifeS: number): Promise<string> {
      const nowS = secondsOf(clock);
      return await new EncryptJWT(claims)
        .setProtectedHeader({ ...HEADER, kid: current.kid, typ: purpose })
        .setIssuedAt(nowS)
        .setExpirationTime(nowS + lifeS)
        .encrypt(current.secret);
    },
    /**
     * @param longestS seconds that a cookie of this purpose lives at most
     * @returns undefined when no key of the ring sealed it for this purpose, when it has expired,
     *   or when it would live longer from now: it was sealed while the date was ahead
     */
    async open(purpose: string, cookie: string, longestS: number): Promise<JWTPayload | undefined> {
      const claims = await openAtAnyDate(purpose, cookie);
      const leftS = Number(claims?.exp) - secondsOf(clock);
      return leftS > 0 && leftS <= longestS + CLOCK_SKEW_S ? claims : undefined;
    },
    openAtAnyDate,
    /** Today's date, in seconds since 1970. */
    nowS: () => secondsOf(clock),
  };

  /** The same for what is over by today's date: when the date jumps, it may be good again. */
  async function openAtAnyDate(purpose: string, cookie: string): Promise<JWTPayload | undefined> {
    if (cookie.length > MAX_COOKIE_LENGTH) return undefined;
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
          // Before every end: what the dates mean is for `open`.
          currentDate: new Date(0),
        },
      );
      return payload;
    } catch {
      return undefined;
    }
  }
}

/** What `createSealedCookies` makes. */
export type SealedCookies = ReturnType<typeof createSealedCookies>;

/**
 * Returns a request's cookies as pairs of name and value, the oldest first (RFC 6265, section 5.4).
 */
export function cookiesOf(req: IncomingMessage): (readonly [name: string, value: string])[] {
  if (req.headers.cookie === undefined) return [];
  return req.headers.cookie.split(";").map((pair) => {
    const [name = "", ...value] = pair.trim().split("=");
    return [name, value.join("=")];
  });
}

/** Returns all values of one cookie. Two values mean that another party set one of them. */
export function cookieValues(req: IncomingMessage, name: string): string[] {
  return cookiesOf(req).flatMap(([each, value]) => (each === name ? [value] : []));
}

/**
 * Formats a `Set-Cookie` that scripts cannot read, that is sent over HTTPS only, and that requests
 * from other sites do not carry.
 */
export function setCookie(name: string, value: string, maxAgeS: number): string {
  return `${name}=${value}; Path=/; Max-Age=${maxAgeS}; HttpOnly; Secure; SameSite=Lax`;
}

/** Formats a `Set-Cookie` that removes a cookie. */
export function clearCookie(name: string): string {
  return setCookie(name, "", 0);
}
