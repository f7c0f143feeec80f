import { secondsOf } from "@triptych/service-kit";
import type { WallClock } from "@triptych/service-kit";
import { setCookie } from "../credentials/sealed-cookies.ts";
import type { SealedCookies } from "../credentials/sealed-cookies.ts";
import { callerOf, sealSession, SESSION_COOKIE } from "../credentials/session.ts";
import type { SessionLives } from "../credentials/session.ts";
import { identityRefusal } from "../exchange.ts";
import type { Policy } from "../exchange.ts";
import { becomesVisitor } from "./authenticate.ts";
import type { Renew } from "../login/renewals.ts";

/** A request moves the end of an idle session by whole steps of this share, so few set a cookie. */
const STEPS = 20;

/**
 * Creates the policy that keeps a session alive: it renews the session at the identity provider
 * when that is due, and moves its idle end. It comes after the check of revocations, so a session
 * that was revoked is never sealed again.
 */
export function keepSession(options: {
  readonly renew: Renew;
  readonly lives: SessionLives;
  readonly cookies: () => SealedCookies;
  readonly clock: WallClock;
}): Policy {
  const { renew, lives, cookies, clock } = options;
  return async (exchange, req, res) => {
    const { session } = exchange;
    if (session === undefined) return;
    const nowS = secondsOf(clock);
    const { grant } = session;
    if (grant !== undefined && nowS >= grant.renewAtS) {
      const renewal = await renew({ ...session, grant });
      // The cookie stays: another tab may have a newer one by now.
      if (renewal.kind === "ended") {
        if (becomesVisitor(exchange, req)) return;
        throw identityRefusal("authentication", "session-ended");
      }
      if (renewal.kind === "renewed") {
        exchange.caller = callerOf(renewal.session);
        res.appendHeader("Set-Cookie", setCookie(SESSION_COOKIE, renewal.sealed.value, renewal.sealed.lifeS));
        return;
      }
    }
    if (nowS - session.sealedAtS < lives.idleS / STEPS) return;
    const sealed = await sealSession(session, lives, cookies(), clock);
    // The absolute end stays where it is: then nothing moves any more.
    if (sealed === undefined || nowS + sealed.lifeS <= session.endsAtS) return;
    res.appendHeader("Set-Cookie", setCookie(SESSION_COOKIE, sealed.value, sealed.lifeS));
  };
}
