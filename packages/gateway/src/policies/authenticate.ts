import type { IncomingMessage } from "node:http";
import { DOUBLED_HEADER, singleHeader } from "@triptych/identity";
import type { VerifyApiKey } from "../credentials/api-keys.ts";
import type { VerifyBearer } from "../credentials/bearer-token.ts";
import { cookieValues, readSession, SESSION_COOKIE } from "../credentials/session.ts";
import type { SealedCookies } from "../credentials/session.ts";
import { identityRefusal, Refusal } from "../exchange.ts";
import type { Caller, Policy } from "../exchange.ts";
import type { Revocations } from "../revocation/revocations.ts";
import type { CallerKind } from "../table/route.ts";

export interface AuthenticateOptions {
  readonly verifyBearer: VerifyBearer;
  /** Asked for on each request: keys change while the process runs. */
  readonly verifyApiKey: () => VerifyApiKey;
  readonly cookies: () => SealedCookies;
}

/**
 * Finds out who asks. One request shows one credential, or an API key together with the token of the user that it
 * acts for; anything else is two stories at once, and refused.
 */
export function authenticate(options: AuthenticateOptions): Policy {
  return async (exchange, req) => {
    const { callers } = exchange.route;
    const authorization = only(req, "authorization");
    const apiKey = only(req, "x-api-key");
    const session = callers.includes("session") ? onlySession(req) : undefined;
    const shown: CallerKind[] = [];
    if (authorization !== undefined) shown.push("bearer");
    if (apiKey !== undefined) shown.push("api-key");
    if (session !== undefined) shown.push("session");

    if (shown.length === 0) throw identityRefusal("authentication", "missing");
    if (!shown.every((kind) => callers.includes(kind))) {
      throw identityRefusal("callers", "kind-not-accepted");
    }
    if (session !== undefined) {
      if (shown.length > 1) throw identityRefusal("authentication", "two-credentials");
      exchange.caller = await readSession(options.cookies(), session);
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

const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Refuses what another site makes a person's browser do (CSRF). A browser says itself where a request comes from, and
 * no page can make it lie: `Sec-Fetch-Site`, and `Origin` from browsers that know no fetch metadata. A request with a
 * session that changes something and says neither is refused. SameSite=Lax stands behind this.
 *
 * @param publicOrigin the address that browsers see, for example https://shop.example
 */
export function refuseCrossSite(publicOrigin: string): Policy {
  return (exchange, req) => {
    if (exchange.caller.kind === "session" && !isSafe(req)) requireSameOrigin(req, publicOrigin);
  };
}

/** @throws Refusal 403 where a browser's request does not come from a page of ours */
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

function isSafe(req: IncomingMessage): boolean {
  return SAFE_METHODS.has(req.method ?? "");
}

/** Refuses tokens, sessions, users and API keys that are not to be let in any more. */
export function refuseRevoked(revocations: Revocations): Policy {
  return (exchange) => {
    const reason = revocations.reasonFor(exchange.caller);
    if (reason !== undefined) throw identityRefusal("revocation", `revoked-${reason}`);
  };
}
