import type { Clock } from "@triptych/service-kit";
import { Router, urlencoded } from "express";
import type { Request, Response } from "express";
import { jwtVerify } from "jose";
import { isObject } from "../contracts/document.ts";
import { ALGORITHMS, readCompact, refusalOf, requireType } from "../credentials/bearer-token.ts";
import type { Issuer } from "../credentials/bearer-token.ts";
import { CLOCK_SKEW_S } from "../credentials/verified-tokens.ts";
import { Refusal } from "../exchange.ts";
import type { Revocation } from "../revocation/revocation-list.ts";
import type { Revocations } from "../revocation/revocations.ts";
import { loginIdOf } from "./identity-provider.ts";

/** OpenID Connect Back-Channel Logout 1.0, section 2.4. */
const EVENT = "http://schemas.openid.net/event/backchannel-logout";
/** Some providers name no type. What the token is for is in `events`, which no other token has. */
const TYPES = ["logout+jwt", "jwt", "none"];
/** Seconds. Section 4 recommends two minutes at most; some providers set no end. */
const LONGEST_AGE_S = 300;
/** Bytes. A logout token has some hundred. */
const MAX_FORM_BYTES = 10_000;

/** Reads whom a logout token logs out. @throws Refusal when it is not a right one */
export type VerifyLogout = (token: string) => Promise<Revocation>;

/**
 * Creates the check of logout tokens (section 2.6), which the issuer of the logins signs.
 *
 * @param clientId the audience: under this id the gateway logs people in
 */
export function createLogoutVerifier(
  { profile, keySet }: Issuer,
  clientId: string,
  clock: Clock,
): VerifyLogout {
  return async (token) => {
    try {
      requireType(readCompact(token).header, TYPES);
      const { payload } = await jwtVerify(token, async (header, input) => keySet.keyOf(header, input), {
        issuer: profile.issuer,
        audience: clientId,
        algorithms: ALGORITHMS,
        requiredClaims: ["iat", "jti"],
        maxTokenAge: LONGEST_AGE_S,
        clockTolerance: CLOCK_SKEW_S,
        currentDate: new Date(clock.wallNow()),
      });
      const { events, nonce, sid, sub, iat = 0 } = payload;
      if (!isObject(events) || !isObject(events[EVENT])) throw wrong("logout-event");
      // With a nonce it could be an ID token.
      if (nonce !== undefined) throw wrong("logout-nonce");
      if (typeof sid === "string") return { kind: "token", id: loginIdOf(profile.issuer, sid) };
      if (typeof sub !== "string" || profile.loginSubject !== "sub") throw wrong("logout-subject");
      // Until the token was issued, so a token that is sent again does not end a later login.
      return { kind: "user", id: `${profile.prefix}${sub}`, untilS: Math.floor(iat) + CLOCK_SKEW_S };
    } catch (error) {
      const refusal = refusalOf(error);
      // The sender is no user, so it is not told to authenticate.
      if (refusal.problem.code !== "identity-required") throw refusal;
      throw wrong(refusal.reason ?? "logout-token", error);
    }
  };
}

/**
 * Creates `/auth/backchannel-logout`, to which the identity provider posts a logout token when a
 * login there has ended. It ends the sessions of that login, or all of that user.
 */
export function backchannelLogout(verify: VerifyLogout, revocations: Revocations): Router {
  const router = Router({ caseSensitive: true, strict: true });
  const form = urlencoded({ extended: false, limit: MAX_FORM_BYTES });
  router.post("/backchannel-logout", form, async (req: Request, res: Response) => {
    const body: unknown = req.body;
    const token = isObject(body) ? body["logout_token"] : undefined;
    if (typeof token !== "string") throw wrong("logout-token-missing");
    await revocations.revoke(await verify(token));
    res.setHeader("Cache-Control", "no-store");
    res.status(200).end();
  });
  return router;
}

function wrong(reason: string, cause?: unknown): Refusal {
  const detail = "Expected a logout token of the identity provider";
  return new Refusal("login", { code: "invalid-request", detail }, { reason, cause });
}
