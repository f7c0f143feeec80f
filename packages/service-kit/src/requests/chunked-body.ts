import type { IncomingMessage } from "node:http";

/**
 * Holds a request until its chunked body is complete, so that no handler starts on a body that will
 * be refused, and so that the limit holds for handlers that never read the body. The bytes go back
 * into the stream: whoever reads the body next finds all of it.
 *
 * Calls exactly one of the two, or none where the client leaves.
 */
export function holdChunkedBody(
  req: IncomingMessage,
  maxBytes: number,
  onComplete: () => void,
  onTooLarge: () => void,
): void {
  const chunks: Buffer[] = [];
  let bytes = 0;

  function readOn(): void {
    for (let chunk: unknown = req.read(); chunk !== null; chunk = req.read()) {
      if (!Buffer.isBuffer(chunk)) continue;
      chunks.push(chunk);
      bytes += chunk.length;
    }
    if (bytes > maxBytes) {
      req.off("readable", readOn);
      onTooLarge();
    } else if (req.complete) {
      req.off("readable", readOn);
      // In the same turn as the last read: the stream has not yet said that it ended.
      if (bytes > 0) req.unshift(Buffer.concat(chunks, bytes));
      onComplete();
    }
  }

  req.on("readable", readOn);
}
