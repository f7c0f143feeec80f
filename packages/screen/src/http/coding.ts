import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import type { Request } from "express";

/** A content coding (RFC 9110, section 8.4.1) that this package can apply. */
export type Coding = "br" | "gzip" | "identity";

/**
 * Measured on a home page's JSON (3,128 and 900 bytes; CPU µs → bytes): quality 4 takes 87 → 1136 and 34 → 507, 5 takes 87 → 1046
 * and 33 → 446, 11 takes 4783 → 955 and 1694 → 432. At 5 brotli begins to look for longer matches; nearly all of the gain is there.
 */
export const BROTLI_QUALITY = 5;

/** A smaller body gains less than its Content-Encoding header costs, bytes. */
const WORTH_COMPRESSING = 200;

/** The coding that saves most of those that the client accepts (RFC 9110, section 12.5.3: the choice is ours). */
export function codingFor(req: Request): Coding {
  if (req.acceptsEncodings("br") !== false) return "br";
  return req.acceptsEncodings("gzip") === false ? "identity" : "gzip";
}

export function isWorthCompressing(body: Buffer): boolean {
  return body.length >= WORTH_COMPRESSING;
}

/** Compresses a whole body. Synchronously: it takes less time than handing some kilobytes to another thread and back. */
export function encode(body: Buffer, coding: Coding): Buffer {
  if (coding === "gzip") return gzipSync(body);
  if (coding === "identity") return body;
  const { BROTLI_PARAM_QUALITY, BROTLI_PARAM_SIZE_HINT } = constants;
  const params = { [BROTLI_PARAM_QUALITY]: BROTLI_QUALITY, [BROTLI_PARAM_SIZE_HINT]: body.length };
  return brotliCompressSync(body, { params });
}
