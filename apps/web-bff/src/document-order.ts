import type { Request } from "express";

/** Programs that read a page as it comes and place nothing: search engines, link previews, command-line tools. */
const READS_IN_ORDER = /bot\b|crawler|spider|slurp|externalhit|preview|curl\/|wget\/|lynx|w3m/i;

/** Whether this client should get a page's sections in the document's order: because of what it is, or because it asks. */
export function wantsDocumentOrder(req: Request): boolean {
  return req.query["streaming"] === "off" || READS_IN_ORDER.test(req.get("user-agent") ?? "");
}
