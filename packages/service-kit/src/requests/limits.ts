import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "../clock.ts";
import type { Problem } from "../problems/problems.ts";
import { prepareProblem } from "../problems/send-problem.ts";
import { findRecord } from "./record.ts";

/** The largest request body, in bytes: a hundred times what any of our operations sends. */
export const MAX_BODY_BYTES = 100_000;

/** Why a request is refused before an app sees it: the word in `Server-Timing` and the log. */
export interface InboundRefusal {
  readonly by: "malformed" | "size" | "media-type";
  readonly problem: Problem;
}

const BAD_HOST: InboundRefusal = {
  by: "malformed",
  problem: { code: "invalid-request", detail: "The request must carry exactly one Host header" },
};
const BAD_TRANSFER_CODING: InboundRefusal = {
  by: "malformed",
  problem: {
    code: "invalid-request",
    detail: "The transfer coding of the body is not supported: use chunked alone",
  },
};
const COMPRESSED: InboundRefusal = {
  by: "media-type",
  problem: {
    code: "unsupported-media-type",
    detail: "The body is compressed: send it without a Content-Encoding",
  },
};
const OTHER_CHARSET: InboundRefusal = {
  by: "media-type",
  problem: {
    code: "unsupported-media-type",
    detail: "The charset of the body is not supported: send UTF-8",
  },
};
export const TOO_LARGE: InboundRefusal = {
  by: "size",
  problem: { code: "payload-too-large", detail: `The body is larger than ${MAX_BODY_BYTES} bytes` },
};

/** Whether a body may come whose end is not known before it is there. */
export function isChunked(req: IncomingMessage): boolean {
  return req.headers["transfer-encoding"] !== undefined;
}

/** The announced `Content-Length` in bytes; 0 without one. */
export function announcedBytes(req: IncomingMessage): number {
  const length = req.headers["content-length"];
  // Node's parser lets only digits through.
  return length === undefined ? 0 : Number(length);
}

/** What is refused by looking at the headers only; `undefined` lets the request pass. */
export function refusalOf(req: IncomingMessage, hosts: number): InboundRefusal | undefined {
  // HTTP/1.0 knows no Host. Two of them mean that two machines on the way may see two different
  // sites.
  if (hosts > 1 || (hosts === 0 && req.httpVersion !== "1.0")) return BAD_HOST;
  if (announcedBytes(req) > MAX_BODY_BYTES) return TOO_LARGE;
  const coding = req.headers["transfer-encoding"];
  if (coding !== undefined && coding.toLowerCase() !== "chunked") return BAD_TRANSFER_CODING;
  const hasBody = coding !== undefined || announcedBytes(req) > 0;
  if (hasBody && req.headers["content-encoding"] !== undefined) return COMPRESSED;
  if (hasBody && saysOtherCharset(req.headers["content-type"])) return OTHER_CHARSET;
  return undefined;
}

const CHARSET = /;\s*charset\s*=\s*"?([^";\s]*)/i;

/**
 * JSON has no charset but UTF-8 (RFC 8259, section 8.1), and the forms of our pages are sent in it.
 * In UTF-7 a body passes filters that read it as ASCII.
 */
function saysOtherCharset(contentType: string | undefined): boolean {
  const charset = contentType === undefined ? undefined : CHARSET.exec(contentType)?.[1];
  return charset !== undefined && !/^utf-?8$/i.test(charset);
}

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

/** How long a refused client may go on sending before its connection is cut, in milliseconds. */
export const LINGER_MS = 2_000;

/**
 * Answers a request whose body is not wanted, and closes the connection. The answer leaves at once.
 * What the client still sends is thrown away until it is done, since closing under its hands makes
 * the kernel reset the connection, and the client would see that instead of the answer (RFC 9112,
 * section 9.6).
 */
export function refuse(req: IncomingMessage, res: ServerResponse, problem: Problem, clock: Clock): void {
  res.setHeader("Connection", "close");
  const body = prepareProblem(res, problem);
  if (req.complete) {
    res.end(req.method === "HEAD" ? undefined : body);
    return;
  }
  if (req.method === "HEAD") res.flushHeaders();
  else res.write(body);
  const record = findRecord(res);
  if (record !== undefined) record.answered = true;
  // Only end() makes Node close the connection.
  const close = (): void => void res.end();
  const cancel = clock.setTimer(LINGER_MS, close, "unref");
  res.once("close", cancel);
  req.once("end", close);
  req.resume();
}
