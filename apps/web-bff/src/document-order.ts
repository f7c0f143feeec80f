import { ProblemError } from "@triptych/service-kit";
import type { Request } from "express";

/** What all browsers, and what robots that are built on one, call themselves (RFC 9110, section 10.1.5). */
const BROWSER = /^Mozilla\/5\.0\b/;

/** Robots say so, name what they are compatible with, or give an address to complain to; no browser does. */
const ROBOT = /bot\b|crawler|spider|slurp|externalhit|preview|compatible;|https?:/i;

/** `streaming[]=off`: in other frameworks a list named `streaming`, here a name of its own. */
const IN_BRACKETS = /^streaming\[/;

/**
 * Whether this client should get a page's sections in the document's order: because of what it is, or because it asks. Programs read a page
 * as it comes and place nothing; so do those that nobody has heard of, and a browser loses little by it. Who says nothing of itself is
 * taken for a browser: people hide what they use, programs forget to.
 *
 * @throws ProblemError `invalid-request` when `streaming` stands in the query and is not `off`, once
 */
export function wantsDocumentOrder(req: Request): boolean {
  const { streaming } = req.query;
  if (streaming === "off") return true;
  if (streaming !== undefined || Object.keys(req.query).some((name) => IN_BRACKETS.test(name))) {
    throw new ProblemError({
      code: "invalid-request",
      detail: "streaming must be off, once, or not be there.",
    });
  }
  const agent = req.get("user-agent") ?? "";
  return agent !== "" && (!BROWSER.test(agent) || ROBOT.test(agent));
}
