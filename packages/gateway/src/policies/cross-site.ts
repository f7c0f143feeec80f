import type { IncomingMessage } from "node:http";
import { singleHeader } from "@triptych/identity";
import type { PolicyCheck } from "../passage.ts";
import { Refusal } from "../refusal.ts";

const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Refuses what another site makes a person's browser do (CSRF). A browser says itself where a request comes from, and
 * no page can make it lie: `Sec-Fetch-Site`, and `Origin` from browsers that know no fetch metadata. A request with a
 * session that changes something and says neither is refused. SameSite=Lax stands behind this.
 *
 * @param publicOrigin the address that browsers see, for example https://shop.example
 */
export function refuseCrossSite(publicOrigin: string): PolicyCheck {
  return (passage, req) => {
    if (passage.caller.kind === "session" && !isSafe(req)) requireSameOrigin(req, publicOrigin);
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
