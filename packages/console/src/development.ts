import { brotliDecompressSync, constants, gunzipSync } from "node:zlib";
import type { Exchange } from "./model/store.ts";

/** The most of an answer's text that is kept, bytes. */
const MAX_TEXT_BYTES = 65_536;

/** An answer that decompresses to more is not shown. */
const MAX_DECODED_BYTES = 4 * 1_024 * 1_024;

/** What the probe sent of one exchange; null if it is malformed. */
export function exchangeOf(app: string, message: object): Exchange | null {
  const { id, user, method, path, accept, body, status, contentType, coding, answer } = Object(message);
  if (typeof id !== "string" || typeof answer !== "string" || typeof status !== "number") return null;
  const decoded = decode(Buffer.from(answer, "base64"), String(coding));
  const type = String(contentType);
  const isText =
    decoded !== undefined && /^(?:text\/|application\/(?:[\w.+-]+\+)?(?:json|x-ndjson))/.test(type);
  return {
    id,
    app,
    user: typeof user === "string" ? user : null,
    method: String(method),
    path: String(path),
    accept: String(accept),
    body: typeof body === "string" ? body : null,
    status,
    contentType: type,
    bytes: decoded?.length ?? 0,
    answer: isText ? decoded.subarray(0, MAX_TEXT_BYTES).toString() : null,
  };
}

/** A body that was cut is decoded as far as it goes. */
function decode(body: Buffer, coding: string): Buffer | undefined {
  try {
    if (coding === "br") {
      const finishFlush = constants.BROTLI_OPERATION_FLUSH;
      return brotliDecompressSync(body, { finishFlush, maxOutputLength: MAX_DECODED_BYTES });
    }
    if (coding === "gzip") {
      return gunzipSync(body, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: MAX_DECODED_BYTES });
    }
    return body;
  } catch {
    return undefined;
  }
}
