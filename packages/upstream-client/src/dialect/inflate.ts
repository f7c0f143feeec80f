import { gunzipSync } from "node:zlib";

/** What a service may compress with when it is asked, or when it does without being asked. */
const GZIP: ReadonlySet<unknown> = new Set(["gzip", "x-gzip"]);

/** Whether a body with this `Content-Encoding` can be read (RFC 9110, section 8.4). */
export function isReadable(encoding: unknown, accepted: "gzip" | undefined): boolean {
  if (encoding === undefined) return true;
  return accepted === "gzip" && typeof encoding === "string" && GZIP.has(encoding.trim().toLowerCase());
}

/**
 * Inflates a body. It never makes more than `maxBytes`, however small the body is: a kilobyte of
 * gzip may hold a megabyte. Doing so at once blocks for a few ms at most.
 *
 * @returns why it cannot be read, in words for the log, where it cannot
 */
export function inflated(body: Buffer, maxBytes: number): Buffer | string {
  try {
    return gunzipSync(body, { maxOutputLength: maxBytes });
  } catch (error) {
    const isTooLarge = Object(error).code === "ERR_BUFFER_TOO_LARGE";
    return isTooLarge ? `a body of more than ${maxBytes} bytes after inflation` : "a body that is not gzip";
  }
}
