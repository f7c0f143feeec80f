import type { IncomingMessage } from "node:http";
import { DOUBLED_HEADER, singleHeader } from "@triptych/identity";
import type { VerifyApiKey } from "../credentials/api-key.ts";
import type { VerifyBearer } from "../credentials/bearer-token.ts";
import { cookieValues } from "../credentials/cookies.ts";
import { readSession, SESSION_COOKIE } from "../credentials/session.ts";
import type { SealedCookies } from "../credentials/session.ts";
import type { Caller, PolicyCheck } from "../passage.ts";
import { identityRefusal } from "../refusal.ts";
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
export function authenticate(options: AuthenticateOptions): PolicyCheck {
  return async (passage, req) => {
    const { callers } = passage.route;
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
      passage.caller = await readSession(options.cookies(), session);
      return;
    }
    const key = apiKey === undefined ? undefined : options.verifyApiKey()(apiKey);
    const bearer = authorization === undefined ? undefined : await options.verifyBearer(authorization);
    passage.caller = both(bearer, key);
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
