import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";
import { CLOCK_SKEW_S, secondsOf, systemClock } from "./claims.ts";
import type { WallClock } from "./claims.ts";
import type { IdentityKey } from "./x-identity.ts";

/** How long a page may stay open before its form is refused, in seconds: a working day. */
const LIFETIME_S = 12 * 60 * 60;

/** Expiry in seconds since the epoch, a dot, and the 32 bytes of HMAC-SHA-256. */
const FORM_TOKEN = /^(\d{10,12})\.([A-Za-z0-9_-]{43})$/;

/** Tokens that show that a form comes from a page that this user was sent. They need no storage. */
export type FormTokens = {
  readonly issue: (userId: string) => string;
  readonly accepts: (userId: string, token: string) => boolean;
};

/**
 * Makes tokens for HTML forms: OWASP's signed double submit without the cookie, as the user is
 * known from `X-Identity`. They are signed with keys derived from the identity keys (RFC 5869), so
 * they need no secret of their own, and rotate with them.
 *
 * @param options.keys the first signs, all of them verify
 * @param options.clock default the machine's
 */
export function createFormTokens(options: {
  readonly keys: readonly IdentityKey[];
  readonly clock?: WallClock;
}): FormTokens {
  return tokens(options, "triptych form token", LIFETIME_S);
}

/** Tokens that have one request traced, whatever the sampler says: the header `X-Trace-Request`. */
export type TraceRequests = {
  readonly issue: () => string;
  readonly accepts: (token: string) => boolean;
};

/** The longest that a trace request may live, in seconds. */
export const MAX_TRACE_REQUEST_S = 3_600;

/**
 * Makes tokens for `X-Trace-Request`, which a gateway honours. They are signed with keys derived
 * from its session keys.
 *
 * @param options.keys the first signs, all of them verify
 * @param options.lifeS how long they live, and the longest that one may live that is accepted, in
 *   seconds, 1 to 3,600
 * @param options.clock default the machine's
 */
export function createTraceRequests(options: {
  readonly keys: readonly IdentityKey[];
  readonly lifeS: number;
  readonly clock?: WallClock;
}): TraceRequests {
  const { issue, accepts } = tokens(options, "triptych trace request", options.lifeS);
  return { issue: () => issue(""), accepts: (token) => accepts("", token) };
}

function tokens(
  options: { readonly keys: readonly IdentityKey[]; readonly clock?: WallClock },
  purpose: string,
  lifeS: number,
): FormTokens {
  const keys = options.keys.map(({ secret }) => Buffer.from(hkdfSync("sha256", secret, "", purpose, 32)));
  const [current] = keys;
  if (current === undefined) throw new TypeError(`a ${purpose} needs at least one key, but there is none`);
  const { clock = systemClock } = options;
  const nowS = () => secondsOf(clock);
  return {
    issue(userId) {
      const expiry = String(nowS() + lifeS);
      return `${expiry}.${sign(current, userId, expiry).toString("base64url")}`;
    },
    accepts(userId, token) {
      const [, expiry = "", signature = ""] = FORM_TOKEN.exec(token) ?? [];
      const leftS = Number(expiry) - nowS();
      // What lives longer was issued in the future: while this machine's date was ahead.
      if (expiry === "" || leftS <= 0 || leftS > lifeS + CLOCK_SKEW_S) return false;
      const given = Buffer.from(signature, "base64url");
      return keys.some((key) => timingSafeEqual(given, sign(key, userId, expiry)));
    },
  };
}

/** A user id holds no line break, so no two pairs of user and expiry make the same text. */
function sign(key: Buffer, userId: string, expiry: string): Buffer {
  return createHmac("sha256", key).update(`${userId}\n${expiry}`).digest();
}
