import { hash } from "node:crypto";
import type { Request, Response } from "express";
import { codingFor, encode } from "./coding.ts";

/** Only the client itself may keep the answer, and it asks again each time (RFC 9111, section 5.2.2). */
const REVALIDATE = "private, no-cache";
/** Not to be kept at all: what is missing now may be there at the next request. */
export const DO_NOT_KEEP = "private, no-store";

/**
 * Answers a screen's JSON: with a strong `ETag` and 304 when it is complete, and not to be kept when it is degraded.
 * @param keep whether the client may keep it at all: the answer to a command may not
 */
export function respondJson(req: Request, res: Response, json: string, keep: boolean): void {
  const body = Buffer.from(json);
  const coding = codingFor(req, body.length);
  res.vary("Accept-Encoding");
  res.setHeader("Cache-Control", keep ? REVALIDATE : DO_NOT_KEEP);
  if (keep) {
    // A strong validator names bytes, so each coding has its own (RFC 9110, section 8.8.3.3).
    const tag = hash("sha1", body, "base64url");
    res.setHeader("ETag", coding === "identity" ? `"${tag}"` : `"${tag}-${coding}"`);
    if (req.fresh) {
      res.statusCode = 304;
      res.end();
      return;
    }
  }
  res.setHeader("Content-Type", "application/json");
  if (coding !== "identity") res.setHeader("Content-Encoding", coding);
  const encoded = encode(body, coding);
  res.setHeader("Content-Length", encoded.length);
  // For HEAD, Node sends the headers alone.
  res.end(encoded);
}
