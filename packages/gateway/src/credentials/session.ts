import { randomUUID } from "node:crypto";
import { isIdentityClaims, USER_ID } from "@triptych/identity";
import { secondsOf } from "@triptych/service-kit";
import type { WallClock } from "@triptych/service-kit";
import type { JWTPayload } from "jose";
import { isObject } from "../contracts/document.ts";
import { identityRefusal } from "../exchange.ts";
import type { Caller } from "../exchange.ts";
import type { Grant, Session } from "./logged-in.ts";
import { MAX_COOKIE_LENGTH } from "./sealed-cookies.ts";
import type { SealedCookies } from "./sealed-cookies.ts";
import { CLOCK_SKEW_S } from "./verified-tokens.ts";

/** `__Host-`: browsers accept it only over HTTPS, for this host and every path (RFC 6265bis). */
export const SESSION_COOKIE = "__Host-session";

/** How long a session lives, in seconds. */
export interface SessionLives {
  /** Without a request. */
  readonly idleS: number;
  /** From the login on, whatever happens. */
  readonly longestS: number;
}

/**
 * Seconds. A sealed session lives no longer without being sealed again, and one that is revoked is
 * not sealed again: so long a revocation is remembered.
 */
export const LONGEST_IDLE_S = 86_400;

/** Begins a session. */
export function newSession(
  login: Pick<Session, "user" | "loginId" | "grant">,
  clock: WallClock,
): Omit<Session, "sealedAtS" | "endsAtS"> {
  return { ...login, id: randomUUID(), loggedInAtS: secondsOf(clock) };
}

/** A session's cookie: its value, and for how many seconds browsers keep it. */
export interface SealedSession {
  readonly value: string;
  readonly lifeS: number;
}

/**
 * Seals a session from now on. A refresh token that makes the cookie too long is left out: the
 * session then lives as one that is not renewed.
 *
 * @returns undefined when the session is over
 */
export async function sealSession(
  session: Omit<Session, "sealedAtS" | "endsAtS">,
  { idleS, longestS }: SessionLives,
  cookies: SealedCookies,
  clock: WallClock,
): Promise<SealedSession | undefined> {
  const { id, user, loggedInAtS, loginId, grant } = session;
  const lifeS = Math.min(idleS, loggedInAtS + longestS - secondsOf(clock));
  if (lifeS <= 0) return undefined;
  const { userId, ...others } = user;
  const claims = { ...others, sub: userId, jti: id, auth_time: loggedInAtS, login: loginId };
  const value = await cookies.seal("session", { ...claims, grant: grant && { ...grant } }, lifeS);
  if (value.length <= MAX_COOKIE_LENGTH || grant === undefined) return { value, lifeS };
  return { value: await cookies.seal("session", claims, lifeS), lifeS };
}

/**
 * Reads a session's cookie.
 * @throws Refusal
 */
export async function readSession(cookies: SealedCookies, cookie: string): Promise<Session> {
  const claims = await cookies.open("session", cookie, LONGEST_IDLE_S);
  if (claims === undefined) throw identityRefusal("authentication", "session-invalid");
  const session = sessionOf(claims);
  if (session === undefined) throw identityRefusal("authentication", "session-claims");
  // A revocation of all that a user was issued until now would not reach it.
  if (session.loggedInAtS > cookies.nowS() + CLOCK_SKEW_S) {
    throw identityRefusal("authentication", "session-from-the-future");
  }
  return session;
}

/**
 * The session in a cookie, also one that is over by today's date: whoever logs out while the date
 * is wrong must not be logged in when it is right.
 */
export async function sessionToEnd(cookies: SealedCookies, cookie: string): Promise<Session | undefined> {
  const claims = await cookies.openAtAnyDate("session", cookie);
  return claims && sessionOf(claims);
}

function sessionOf(claims: JWTPayload): Session | undefined {
  const { sub, jti, iat, exp } = claims;
  const { scope, login, grant, claims: ofUser, auth_time: loggedInAtS = iat } = claims;
  const isWhole = sub !== undefined && USER_ID.test(sub) && jti !== undefined;
  if (!isWhole || iat === undefined || exp === undefined || typeof loggedInAtS !== "number") return undefined;
  return {
    id: jti,
    user: {
      userId: sub,
      ...(typeof scope === "string" ? { scope } : {}),
      ...(isIdentityClaims(ofUser) ? { claims: ofUser } : {}),
    },
    loggedInAtS,
    sealedAtS: iat,
    endsAtS: exp,
    loginId: typeof login === "string" ? login : undefined,
    grant: isGrant(grant) ? grant : undefined,
  };
}

function isGrant(value: unknown): value is Grant {
  if (!isObject(value)) return false;
  return typeof value["refreshToken"] === "string" && typeof value["renewAtS"] === "number";
}

/** The caller that a session is. */
export function callerOf({ id, user, loggedInAtS, loginId }: Session): Caller {
  return {
    kind: "session",
    ...user,
    tokenId: id,
    issuedAtS: loggedInAtS,
    ...(loginId === undefined ? {} : { loginId }),
  };
}
