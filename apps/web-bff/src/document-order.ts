import type { Request } from "express";

/** What all browsers, and what robots that are built on one, call themselves (RFC 9110, section 10.1.5). */
const BROWSER = /^Mozilla\/5\.0\b/;

/** Robots say so, name what they are compatible with, or give an address to complain to; no browser does. */
const ROBOT = /bot\b|crawler|spider|slurp|externalhit|preview|compatible;|https?:/i;

/**
 * Whether this client should get a page's sections in the document's order: because of what it is, or because it asks. Programs read a page
 * as it comes and place nothing; so do those that nobody has heard of, and a browser loses little by it. Who says nothing of itself is
 * taken for a browser: people hide what they use, programs forget to.
 */
export function wantsDocumentOrder(req: Request): boolean {
  if (req.query["streaming"] === "off") return true;
  const agent = req.get("user-agent") ?? "";
  return agent !== "" && (!BROWSER.test(agent) || ROBOT.test(agent));
}
