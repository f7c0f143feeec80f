import type { IncomingMessage } from "node:http";
import { DOUBLED_HEADER, singleHeader } from "@triptych/identity";
import type { VerifyApiKey } from "../credentials/api-keys.ts";
import type { VerifyBearer } from "../credentials/bearer-token.ts";
import { cookieValues } from "../credentials/sealed-cookies.ts";
import type { SealedCookies } from "../credentials/sealed-cookies.ts";
import { callerOf, readSession, SESSION_COOKIE } from "../credentials/session.ts";
import { identityRefusal, isSafe, Refusal } from "../exchange.ts";
import type { Caller, Exchange, Policy } from "../exchange.ts";
import type { Revocations } from "../revocation/revocations.ts";
import type { CallerKind } from "../table/route.ts";
import { listsOrigin } from "./cors.ts";

/** A request without credentials, on a route that admits it. */
const VISITOR: Caller = { kind: "anonymous", userId: undefined };

/**
 * Lets a request go on as a visitor's, where the route admits visitors and it only reads.
 * @returns whether it does
 */
export function becomesVisitor(exchange: Exchange, { method }: IncomingMessage): boolean {
  if (!exchange.route.callers.includes("anonymous") || !isSafe(method)) return false;
  exchange.session = undefined;
  exchange.caller = VISITOR;
  return true;
}

/** The checks of the three kinds of credential. */
export interface AuthenticateOptions {
  readonly verifyBearer: VerifyBearer;
  /** Called on each request, since keys change while the process runs. */
  readonly verifyApiKey: () => VerifyApiKey;
  readonly cookies: () => SealedCookies;
}

/**
 * Creates the policy that authenticates the caller. A request has one credential, or an API key
 * together with the token of the user that it acts for; any other combination is ambiguous and
 * refused. One without any, or with a session that has ended, is a visitor's where the route admits
 * visitors: a browser cannot drop the cookie by itself.
 */
export function authenticate(options: AuthenticateOptions): Policy {
  return async (exchange, req) => {
    const { callers } = exchange.route;
    if (callers === "anyone") return;
    const authorization = only(req, "authorization");
    const apiKey = only(req, "x-api-key");
    const session = callers.includes("session") ? onlySession(req) : undefined;
    const shown: CallerKind[] = [];
    if (authorization !== undefined) shown.push("bearer");
    if (apiKey !== undefined) shown.push("api-key");
    if (session !== undefined) shown.push("session");

    if (shown.length === 0) {
      if (becomesVisitor(exchange, req)) return;
      throw identityRefusal("authentication", "missing");
    }
    if (!shown.every((kind) => callers.includes(kind))) {
      throw identityRefusal("callers", "kind-not-accepted");
    }
    if (session !== undefined) {
      if (shown.length > 1) throw identityRefusal("authentication", "two-credentials");
      try {
        exchange.session = await readSession(options.cookies(), session);
        exchange.caller = callerOf(exchange.session);
      } catch (error) {
        if (!becomesVisitor(exchange, req)) throw error;
      }
      return;
    }
    const key = apiKey === undefined ? undefined : options.verifyApiKey()(apiKey);
    const bearer = authorization === undefined ? undefined : await options.verifyBearer(authorization);
    exchange.caller = both(bearer, key);
  };
}

function both(bearer: Caller | undefined, key: Caller | undefined): Caller {
  if (bearer === undefined) {
    if (key === undefined) throw identityRefusal("authentication", "missing");
    return key;
  }
  return key?.apiKeyId === undefined ? bearer : { ...bearer, apiKeyId: key.apiKeyId };
}

function only(req: IncomingMessage, name: string): string | undefined {
  const value = singleHeader(req.rawHeaders, name);
  if (value === DOUBLED_HEADER) throw identityRefusal("authentication", "doubled");
  return value;
}

function onlySession(req: IncomingMessage): string | undefined {
  const values = cookieValues(req, SESSION_COOKIE);
  if (values.length > 1) throw identityRefusal("authentication", "doubled");
  return values[0];
}

/**
 * Creates the policy against cross-site request forgery. Browsers say where a request comes from,
 * and no page can change that: `Sec-Fetch-Site`, and `Origin` from older browsers. A request with a
 * session that changes something and has neither is refused. Origins that the route lists with
 * credentials are let through. SameSite=Lax is the second line of
 * defence.
 *
 * @param publicOrigin the address that browsers see, for example https://shop.example
 */
export function refuseCrossSite(publicOrigin: string): Policy {
  return (exchange, req) => {
    if (exchange.caller.kind !== "session" || isSafe(req.method)) return;
    const { route } = exchange;
    if (route.cors?.credentials === true && listsOrigin(route, req.headers.origin)) return;
    requireSameOrigin(req, publicOrigin);
  };
}

/**
 * Checks that a browser's request comes from this site.
 *
 * @throws Refusal 403 when it does not
 */
export function requireSameOrigin(req: IncomingMessage, publicOrigin: string): void {
  const site = singleHeader(req.rawHeaders, "sec-fetch-site");
  const origin = singleHeader(req.rawHeaders, "origin");
  const siteFits = site === undefined || site === "same-origin";
  const originFits = origin === undefined || origin === publicOrigin;
  if (siteFits && originFits && (site !== undefined || origin !== undefined)) return;
  throw new Refusal(
    "csrf",
    { code: "forbidden", detail: "A request with a session must come from a page of this site" },
    { reason: "cross-site" },
  );
}

/** Refuses tokens, sessions, users and API keys that are not to be let in any more. */
export function refuseRevoked(revocations: Revocations): Policy {
  return (exchange, req) => {
    const { kind } = exchange.caller;
    const reason = kind === "anonymous" ? undefined : revocations.reasonFor(exchange.caller);
    if (reason === undefined) return;
    if (kind === "session" && becomesVisitor(exchange, req)) return;
    throw identityRefusal("revocation", `revoked-${reason}`);
  };
}
