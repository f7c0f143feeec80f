import type { IncomingMessage } from "node:http";
import { singleHeader } from "@triptych/identity";
import type { Passage } from "../passage.ts";
import type { Refusal } from "../refusal.ts";

/**
 * Where to send a person who asks for a page without a session that counts; undefined for everybody else: programs
 * want an answer, not a page to log in.
 */
export function loginInstead(refusal: Refusal, passage: Passage, req: IncomingMessage): string | undefined {
  if (refusal.problem.code !== "identity-required" || passage.route.login !== true) return undefined;
  if (req.method !== "GET") return undefined;
  const { rawHeaders } = req;
  if (singleHeader(rawHeaders, "authorization") !== undefined) return undefined;
  if (singleHeader(rawHeaders, "x-api-key") !== undefined) return undefined;
  const mode = singleHeader(rawHeaders, "sec-fetch-mode");
  const accept = singleHeader(rawHeaders, "accept");
  // A browser names HTML first when it opens a page, and a script asks for what it reads.
  const opensPage = typeof accept === "string" && /^text\/html\b/i.test(accept.trim());
  if (!opensPage || (mode !== undefined && mode !== "navigate")) return undefined;
  const { path, query } = passage.target;
  return `/auth/login?return_to=${encodeURIComponent(query === "" ? path : `${path}?${query}`)}`;
}
