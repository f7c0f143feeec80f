import { ProblemError } from "@triptych/service-kit";
import type { Request } from "express";

/**
 * Every browser's User-Agent begins like this, and that of robots built on one (RFC 9110, 10.1.5).
 */
const BROWSER = /^Mozilla\/5\.0\b/;

/** Robots name themselves, what they are compatible with, or a contact address; browsers do not. */
const ROBOT = /bot\b|crawler|spider|slurp|externalhit|preview|compatible;|https?:/i;

/** `streaming[]=off`: a list in other frameworks, a parameter of its own name here. */
const IN_BRACKETS = /^streaming\[/;

/**
 * Whether this client should get a page's sections in document order, because of what it is or
 * because it asks. Programs read a page as it arrives and cannot move sections into their places.
 * Unknown clients count as programs. A client without a User-Agent counts as a browser, since
 * people hide what they use.
 *
 * @throws ProblemError `invalid-request` when `streaming` is in the query and is not `off`, once
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
