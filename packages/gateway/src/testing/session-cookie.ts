import type { WallClock } from "@triptych/service-kit";
import type { SealedCookies } from "../credentials/sealed-cookies.ts";
import { newSession, sealSession } from "../credentials/session.ts";
import type { SessionLives } from "../credentials/session.ts";
import type { Session } from "../credentials/logged-in.ts";

/** The lives of sessions by default. */
export const LIVES: SessionLives = { idleS: 43_200, longestS: 43_200 };

/** The value of the cookie of somebody who is logged in now: user 42, with changes. */
export async function sessionCookie(
  cookies: SealedCookies,
  clock: WallClock,
  changes: Partial<Session> = {},
  lives = LIVES,
): Promise<string> {
  const session = { ...newSession({ user: { userId: "42" } }, clock), ...changes };
  const sealed = await sealSession(session, lives, cookies, clock);
  if (sealed === undefined) throw new Error("expected a session that is not over");
  return sealed.value;
}
