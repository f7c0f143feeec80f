import { hash } from "node:crypto";
import type { Request, Response } from "express";

/** Only the client itself may keep the answer, and it asks again each time (RFC 9111, section 5.2.2). */
const REVALIDATE = "private, no-cache";
/** Not to be kept at all: what is missing now may be there at the next request. */
const DO_NOT_KEEP = "private, no-store";

/** Answers a screen's JSON: with a strong `ETag` and 304 when it is complete, and not to be kept when it is degraded. */
export function respondJson(req: Request, res: Response, body: string, degraded: boolean): void {
  res.setHeader("Content-Type", "application/json");
  if (degraded) {
    res.setHeader("Cache-Control", DO_NOT_KEEP);
    send(res, body);
    return;
  }
  res.setHeader("Cache-Control", REVALIDATE);
  res.setHeader("ETag", `"${hash("sha1", body, "base64url")}"`);
  if (req.fresh) {
    res.removeHeader("Content-Type");
    res.statusCode = 304;
    res.end();
    return;
  }
  send(res, body);
}

/** Answers a screen's page: per user, and never kept. */
export function respondHtml(res: Response, document: string): void {
  res.setHeader("Content-Type", "text/html; charset=utf-8");
  res.setHeader("Cache-Control", DO_NOT_KEEP);
  send(res, document);
}

function send(res: Response, body: string): void {
  const bytes = Buffer.from(body);
  res.setHeader("Content-Length", bytes.length);
  // For HEAD, Node sends the headers alone.
  res.end(bytes);
}
