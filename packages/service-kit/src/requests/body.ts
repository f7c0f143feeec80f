import type { IncomingMessage } from "node:http";

/** Whether the body comes in chunks, so that its size is known at its end. */
export function isChunked(req: IncomingMessage): boolean {
  return req.headers["transfer-encoding"] !== undefined;
}

/** The announced `Content-Length` in bytes; 0 without one. */
export function announcedBytes(req: IncomingMessage): number {
  const length = req.headers["content-length"];
  // Node's parser lets only digits through.
  return length === undefined ? 0 : Number(length);
}

/** Whether a request announces a body; a chunked one may still be empty. */
export function hasBody(req: IncomingMessage): boolean {
  return isChunked(req) || announcedBytes(req) > 0;
}

/** The media type of a `Content-Type` in lower case, without parameters; "" without one. */
export function mediaTypeOf(contentType: string | undefined): string {
  return contentType?.split(";", 1)[0]?.trim().toLowerCase() ?? "";
}

/** Whether a media type is JSON: `application/json`, or any with the suffix `+json` (RFC 6839). */
export function isJsonType(mediaType: string): boolean {
  return mediaType === "application/json" || mediaType.endsWith("+json");
}

const FORM = "application/x-www-form-urlencoded";

/**
 * Leaves only the media type of a JSON body or a form, which are UTF-8 by now. Parsers behind this
 * differ on parameters: some refuse `charset=utf8`.
 */
export function dropTypeParameters(req: IncomingMessage): void {
  const mediaType = mediaTypeOf(req.headers["content-type"]);
  if (isJsonType(mediaType) || mediaType === FORM) req.headers["content-type"] = mediaType;
}

/**
 * Holds a request until its body is complete, so that no handler starts on a body that will be
 * refused. The bytes go back into the stream: the next reader of the body finds all of it.
 *
 * @param done called once, with the body, or with undefined when it is larger than `maxBytes`; it
 *   is not called when the client leaves first
 */
export function holdBody(
  req: IncomingMessage,
  maxBytes: number,
  done: (body: Buffer | undefined) => void,
): void {
  const chunks: Buffer[] = [];
  let bytes = 0;

  function finish(body: Buffer | undefined): void {
    req.off("readable", readOn).off("end", readOn);
    done(body);
  }
  function readOn(): void {
    for (let chunk: unknown = req.read(); chunk !== null; chunk = req.read()) {
      if (!Buffer.isBuffer(chunk)) continue;
      chunks.push(chunk);
      bytes += chunk.length;
    }
    if (bytes > maxBytes) return finish(undefined);
    if (!req.complete) return;
    const body = Buffer.concat(chunks, bytes);
    // In the same turn as the last read: the stream has not yet said that it ended.
    if (bytes > 0) req.unshift(body);
    finish(body);
  }

  if (req.readableEnded) done(Buffer.alloc(0));
  else req.on("readable", readOn).on("end", readOn);
}
