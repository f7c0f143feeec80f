import type { IncomingMessage } from "node:http";
import { singleHeader } from "@triptych/identity";
import type { Logger, WallClock } from "@triptych/service-kit";
import { Router } from "express";
import type { Request, Response } from "express";
import type { JWTPayload } from "jose";
import { clearCookie, cookiesOf, cookieValues, setCookie } from "../credentials/sealed-cookies.ts";
import type { SealedCookies } from "../credentials/sealed-cookies.ts";
import {
  callerOf,
  newSession,
  readSession,
  sealSession,
  SESSION_COOKIE,
  sessionToEnd,
} from "../credentials/session.ts";
import type { SessionLives } from "../credentials/session.ts";
import { Refusal } from "../exchange.ts";
import type { Exchange } from "../exchange.ts";
import { LOGIN_FAILED, sendPage } from "../pages.ts";
import type { Pages } from "../pages.ts";
import { requireSameOrigin } from "../policies/authenticate.ts";
import type { Revocations } from "../revocation/revocations.ts";
import { readTarget } from "../table/route.ts";
import { LOGGED_OUT_THERE } from "./identity-provider.ts";
import type { IdentityProvider, PendingLogin } from "./identity-provider.ts";
import type { Session } from "../credentials/logged-in.ts";

const LOGGED_OUT = "/auth/logged-out";
/** Each login has a cookie of its own, named by its state, so that two tabs can log in at once. */
const LOGIN_COOKIE = "__Host-login_";
/** Logins under way in one browser. A fourth ends the oldest: cookies go with every request. */
const MAX_LOGINS = 3;
/** Seconds: time to type a password and to find a second factor. */
const LOGIN_LIFE_S = 600;
/**
 * Characters. Sealed with the rest of a login it fits into a cookie (RFC 6265, 6.1: 4,096 bytes).
 */
const MAX_RETURN_TO = 1_000;

/** What the login needs. */
export interface LoginOptions {
  readonly provider: IdentityProvider;
  readonly cookies: () => SealedCookies;
  readonly lives: SessionLives;
  readonly clock: WallClock;
  readonly revocations: Revocations;
  /** The address that browsers see. */
  readonly publicOrigin: string;
  /** Where a login without a destination leads. */
  readonly landing: string;
  readonly loggedOut: Pages["loggedOut"];
  readonly logger: Logger;
}

/**
 * Creates `/auth/login`, `/auth/callback`, `/auth/session`, `/auth/logout` and `/auth/logged-out`:
 * how a user gets a session, what a page can know of it, and how it ends.
 */
export function loginRoutes(options: LoginOptions): Router {
  const { provider, cookies, lives, clock, revocations, publicOrigin, landing, loggedOut, logger } = options;
  const router = Router({ caseSensitive: true, strict: true });

  router.get("/login", async (req: Request, res: Response) => {
    const returnTo = returnAddress(req.query["return_to"]) ?? landing;
    const { url, pending } = await provider.begin().catch((cause: unknown) => {
      logger.warn({ err: cause }, "a login cannot begin");
      throw unavailable(cause);
    });
    const sealed = await cookies().seal("login", { ...pending, returnTo }, LOGIN_LIFE_S);
    const older = cookiesOf(req).filter(([name]) => /^__Host-login_[\w-]{1,8}$/.test(name));
    for (const [name] of older.slice(0, -(MAX_LOGINS - 1))) res.appendHeader("Set-Cookie", clearCookie(name));
    res.appendHeader("Set-Cookie", setCookie(loginCookie(pending.state), sealed, LOGIN_LIFE_S));
    redirect(res, url.href);
  });

  router.get("/callback", async (req: Request, res: Response) => {
    const cookie = loginCookie(req.query["state"]);
    const [sealed = "", ...more] = cookieValues(req, cookie);
    const claims = more.length > 0 ? undefined : await cookies().open("login", sealed, LOGIN_LIFE_S);
    const pending = claims && pendingOf(claims);
    if (pending === undefined) throw failed("no-login-under-way");
    const login = await provider
      .finish(new URL(req.originalUrl, publicOrigin), pending)
      .catch((cause: unknown) => {
        logger.warn({ err: cause }, "a login was not accepted");
        throw failed("not-accepted", cause);
      });
    res.appendHeader("Set-Cookie", clearCookie(cookie));
    const session = await sealSession(newSession(login, clock), lives, cookies(), clock);
    if (session === undefined) throw new Error("a session that begins cannot be over");
    res.appendHeader("Set-Cookie", setCookie(SESSION_COOKIE, session.value, session.lifeS));
    redirect(res, returnAddress(claims?.["returnTo"]) ?? landing);
  });

  router.post("/logout", async (req: Request, res: Response) => {
    requireSameOrigin(req, publicOrigin);
    await Promise.all(cookieValues(req, SESSION_COOKIE).map(endSession));
    res.appendHeader("Set-Cookie", clearCookie(SESSION_COOKIE));
    redirect(res, LOGGED_OUT);
  });

  /** A copied cookie must not outlive the logout. One that cannot be read has no session to end. */
  async function endSession(cookie: string): Promise<void> {
    const session = await sessionToEnd(cookies(), cookie);
    if (session === undefined) return;
    // One cookie that is sent again and again must not fill Redis. A session of a date that is
    // ahead may be remembered for too short a time yet.
    const isRevoked = revocations.reasonFor(callerOf(session)) === "token";
    if (isRevoked && session.sealedAtS <= cookies().nowS()) return;
    // The logout is complete without it, so it is not waited for.
    if (session.grant !== undefined) provider.forget(session.grant).catch(() => undefined);
    await revocations.revoke({ kind: "token", id: session.id }, session.sealedAtS);
  }

  // For pages that are the same for all: who is logged in, without being a sign of life.
  router.get("/session", async (req: Request, res: Response) => {
    const [cookie = "", ...more] = cookieValues(req, SESSION_COOKIE);
    const read = more.length > 0 ? undefined : readSession(cookies(), cookie);
    const session = await read?.catch(() => undefined);
    const isLoggedIn = session !== undefined && revocations.reasonFor(callerOf(session)) === undefined;
    res.setHeader("Cache-Control", "no-store");
    res.json(isLoggedIn ? describe(session) : { loggedIn: false });
  });

  // It links to the login instead of redirecting: browsers do not follow a form to another site
  // (CSP `form-action 'self'` covers redirects), and on a shared computer users want to see that
  // they are logged out.
  router.get("/logged-out", async (req: Request, res: Response) => {
    const wasThere = req.query["state"] === LOGGED_OUT_THERE;
    const there = wasThere ? undefined : await provider.logoutAddress().catch(() => undefined);
    res.setHeader("Cache-Control", "no-store");
    sendPage(res, loggedOut(there));
  });

  return router;
}

/** What a page is told of a session. */
function describe({ user, loggedInAtS, endsAtS }: Session): object {
  const date = (seconds: number) => new Date(seconds * 1_000).toISOString();
  const { userId, claims } = user;
  return { loggedIn: true, userId, claims, loggedInAt: date(loggedInAtS), endsAt: date(endsAtS) };
}

/** 303 turns any method into a GET; no cache may keep anything about a login. */
function redirect(res: Response, location: string): void {
  res.setHeader("Cache-Control", "no-store");
  res.setHeader("Location", location);
  res.status(303).end();
}

/** The cookie of the login with this state: part of the state is its name, all of it is sealed. */
function loginCookie(state: unknown): string {
  const [name = "unknown"] = typeof state === "string" ? (/^[\w-]{8}/.exec(state) ?? []) : [];
  return `${LOGIN_COOKIE}${name}`;
}

/**
 * Accepts a page of this site only: `//evil.example` is another site to a browser. Undefined for
 * anything else and for what is too long; the login then leads to the start page.
 */
function returnAddress(value: unknown): string | undefined {
  if (typeof value !== "string" || value.length > MAX_RETURN_TO) return undefined;
  const target = readTarget(value);
  return target === undefined || /^\/(?:%|auth(?:\/|$))/.test(target.path) ? undefined : value;
}

function pendingOf({ state, nonce, verifier }: JWTPayload): PendingLogin | undefined {
  if (typeof state !== "string" || typeof nonce !== "string" || typeof verifier !== "string")
    return undefined;
  return { state, nonce, verifier };
}

function failed(reason: string, cause?: unknown): Refusal {
  return new Refusal("login", { code: "invalid-request", detail: LOGIN_FAILED }, { reason, cause });
}

function unavailable(cause: unknown): Refusal {
  return new Refusal(
    "login",
    { code: "upstream-unavailable", detail: "The login is not available at the moment", upstream: "login" },
    { reason: "no-provider", cause },
  );
}

/**
 * Returns where a user without a valid session logs in, and comes back from; undefined for
 * programs, which need a 401 and not a login page. A form leads back to the page that it was on.
 */
export function loginAddress(
  exchange: Exchange,
  req: IncomingMessage,
  publicOrigin: string,
): string | undefined {
  if (exchange.route.login !== true) return undefined;
  if (req.method !== "GET" && req.method !== "POST") return undefined;
  const { rawHeaders } = req;
  if (singleHeader(rawHeaders, "authorization") !== undefined) return undefined;
  if (singleHeader(rawHeaders, "x-api-key") !== undefined) return undefined;
  const mode = singleHeader(rawHeaders, "sec-fetch-mode");
  const accept = singleHeader(rawHeaders, "accept");
  // Browsers name HTML first when they open a page; scripts ask for the type they read.
  const opensPage = typeof accept === "string" && /^text\/html\b/i.test(accept.trim());
  if (!opensPage || (mode !== undefined && mode !== "navigate")) return undefined;
  const { path, query } = exchange.target;
  const wanted = query === "" ? path : `${path}?${query}`;
  const returnTo = returnAddress(req.method === "GET" ? wanted : pageOf(req, publicOrigin));
  return returnTo === undefined ? "/auth/login" : `/auth/login?return_to=${encodeURIComponent(returnTo)}`;
}

/** The path of the page of this site that sent a form; our pages let browsers say it. */
function pageOf({ headers }: IncomingMessage, publicOrigin: string): string | undefined {
  const referrer = URL.parse(headers.referer ?? "");
  return referrer?.origin === publicOrigin ? `${referrer.pathname}${referrer.search}` : undefined;
}
