import { Router } from "express";
import type { Request, Response } from "express";
import type { JWTPayload } from "jose";
import { clearCookie, cookieValues, setCookie } from "../credentials/cookies.ts";
import { MAX_SESSION_LIFE_S, newSession, readSession, SESSION_COOKIE } from "../credentials/session.ts";
import type { SealedCookies } from "../credentials/session.ts";
import { requireSameOrigin } from "../policies/cross-site.ts";
import { Refusal } from "../refusal.ts";
import type { Revocations } from "../revocation/revocations.ts";
import { readTarget } from "../table/request-path.ts";
import type { IdentityProvider, PendingLogin } from "./identity-provider.ts";
import { sendLoggedOutPage } from "./logged-out-page.ts";

const LOGGED_OUT = "/auth/logged-out";
const LOGIN_COOKIE = "__Host-login";
/** Time to type a password and find a telephone, in seconds. */
const LOGIN_LIFE_S = 600;

export interface LoginOptions {
  readonly provider: IdentityProvider;
  readonly cookies: () => SealedCookies;
  readonly revocations: Revocations;
  /** The address that browsers see. */
  readonly publicOrigin: string;
  /** Where a person lands who asked for nothing in particular. */
  readonly landing: string;
}

/** `/auth/login`, `/auth/callback`, `/auth/logout` and what is seen after it: how a person gets a session, and how it ends. */
export function loginRoutes(options: LoginOptions): Router {
  const { provider, cookies, revocations, publicOrigin, landing } = options;
  const router = Router({ caseSensitive: true, strict: true });

  router.get("/login", async (req: Request, res: Response) => {
    const returnTo = localPath(req.query["return_to"]) ?? landing;
    const { url, pending } = await provider.begin().catch((cause: unknown) => {
      throw unavailable(cause);
    });
    const sealed = await cookies().seal("login", { ...pending, returnTo }, LOGIN_LIFE_S);
    res.appendHeader("Set-Cookie", setCookie(LOGIN_COOKIE, sealed, LOGIN_LIFE_S));
    redirect(res, url.href);
  });

  router.get("/callback", async (req: Request, res: Response) => {
    const [sealed, ...more] = cookieValues(req, LOGIN_COOKIE);
    const claims =
      sealed === undefined || more.length > 0 ? undefined : await cookies().open("login", sealed);
    const pending = claims === undefined ? undefined : pendingOf(claims);
    if (pending === undefined) throw failed("no-login-under-way");
    const person = await provider
      .finish(new URL(req.originalUrl, publicOrigin), pending)
      .catch((cause: unknown) => {
        throw failed("not-accepted", cause);
      });
    res.appendHeader("Set-Cookie", clearCookie(LOGIN_COOKIE));
    res.appendHeader(
      "Set-Cookie",
      setCookie(SESSION_COOKIE, await newSession(cookies(), person), MAX_SESSION_LIFE_S),
    );
    redirect(res, localPath(claims?.["returnTo"]) ?? landing);
  });

  router.post("/logout", async (req: Request, res: Response) => {
    requireSameOrigin(req, publicOrigin);
    const [session, ...more] = cookieValues(req, SESSION_COOKIE);
    if (session !== undefined && more.length === 0) {
      const caller = await readSession(cookies(), session);
      // A copy of the cookie must not outlive the logout.
      if (caller.tokenId !== undefined) await revocations.revoke({ kind: "token", id: caller.tokenId });
    }
    res.appendHeader("Set-Cookie", clearCookie(SESSION_COOKIE));
    redirect(res, LOGGED_OUT);
  });

  router.get("/logged-out", (_req: Request, res: Response) => sendLoggedOutPage(res, landing));

  return router;
}

/** 303 makes a GET of whatever came; nothing about a login is kept by anybody. */
function redirect(res: Response, location: string): void {
  res.setHeader("Cache-Control", "no-store");
  res.setHeader("Location", location);
  res.status(303).end();
}

/** A path of this site, and of nothing else: `//evil.example` is another site to a browser. */
function localPath(value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  const target = readTarget(value);
  return target === undefined || target.path.startsWith("/auth/") ? undefined : value;
}

function pendingOf({
  state,
  nonce,
  verifier,
}: JWTPayload & Partial<Record<string, unknown>>): PendingLogin | undefined {
  if (typeof state !== "string" || typeof nonce !== "string" || typeof verifier !== "string")
    return undefined;
  return { state, nonce, verifier };
}

function failed(reason: string, cause?: unknown): Refusal {
  return new Refusal(
    "login",
    { code: "invalid-request", detail: "The login did not succeed: start it again" },
    { reason, cause },
  );
}

function unavailable(cause: unknown): Refusal {
  return new Refusal(
    "login",
    { code: "upstream-unavailable", detail: "The login is not available at the moment", upstream: "login" },
    { reason: "no-provider", cause },
  );
}
