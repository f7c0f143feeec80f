import type { PolicyCheck } from "../passage.ts";

/**
 * Tells the clients of an old version since when it is deprecated (RFC 9745), when it may go away (RFC 8594) and what
 * takes its place; on every answer, so that it shows in their logs.
 */
export const announceDeprecation: PolicyCheck = (passage, _req, res) => {
  const { deprecation } = passage.route;
  if (deprecation === undefined) return;
  const sinceS = Date.parse(`${deprecation.since}T00:00:00Z`) / 1_000;
  res.setHeader("Deprecation", `@${sinceS}`);
  res.setHeader("Sunset", new Date(`${deprecation.sunset}T00:00:00Z`).toUTCString());
  res.setHeader("Link", `<${deprecation.successor}>; rel="successor-version"`);
};
