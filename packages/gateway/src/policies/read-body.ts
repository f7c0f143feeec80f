import type { IncomingMessage } from "node:http";
import type { Passage } from "../passage.ts";
import { Refusal } from "../refusal.ts";

/** Whether a request announces a body. */
export function hasBody(req: IncomingMessage): boolean {
  const length = req.headers["content-length"];
  return req.headers["transfer-encoding"] !== undefined || (length !== undefined && Number(length) > 0);
}

/** The length that a request announces, in bytes; 0 where it announces none. */
function announcedBytes(req: IncomingMessage): number {
  return Number(req.headers["content-length"] ?? 0);
}

/**
 * Reads a whole body and puts it back into the stream, so that an app in this process finds it as if nobody had
 * looked. `undefined` where it is larger than `maxBytes`, or where the client left.
 */
function peekBody(req: IncomingMessage, maxBytes: number): Promise<Buffer | undefined> {
  if (!hasBody(req) || req.readableEnded) return Promise.resolve(Buffer.alloc(0));
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;

    function settle(body: Buffer | undefined): void {
      req.off("readable", read).off("end", end).off("close", gone);
      resolve(body);
    }
    function read(): void {
      for (let chunk: unknown = req.read(); chunk !== null; chunk = req.read()) {
        if (!Buffer.isBuffer(chunk)) continue;
        chunks.push(chunk);
        bytes += chunk.length;
      }
      if (bytes > maxBytes) return settle(undefined);
      if (!req.complete) return;
      const body = Buffer.concat(chunks, bytes);
      // In the same turn as the last read: the stream has not yet said that it ended.
      if (bytes > 0) req.unshift(body);
      settle(body);
    }
    function end(): void {
      settle(Buffer.concat(chunks, bytes));
    }
    function gone(): void {
      settle(undefined);
    }
    req.on("readable", read).on("end", end).on("close", gone);
  });
}

/** The whole body, kept in the passage. @throws Refusal 413 where it is too large */
export async function readBody(passage: Passage, req: IncomingMessage): Promise<Buffer> {
  const { maxBodyBytes } = passage.route;
  requireSize(req, maxBodyBytes);
  const body = await peekBody(req, maxBodyBytes);
  if (body === undefined) throw tooLarge(maxBodyBytes);
  passage.body = body;
  return body;
}

export function requireSize(req: IncomingMessage, maxBodyBytes: number): void {
  if (announcedBytes(req) > maxBodyBytes) throw tooLarge(maxBodyBytes);
}

function tooLarge(maxBodyBytes: number): Refusal {
  return new Refusal("validation", {
    code: "payload-too-large",
    detail: `The body is larger than ${maxBodyBytes} bytes`,
  });
}
