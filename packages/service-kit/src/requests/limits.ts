import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "../clock.ts";
import type { Problem } from "../problems/problems.ts";
import { prepareProblem } from "../problems/send-problem.ts";
import { announcedBytes, hasBody, isChunked } from "./body.ts";
import { findRecord } from "./record.ts";

/** The largest request body, in bytes: a hundred times what any of our operations sends. */
export const MAX_BODY_BYTES = 100_000;

/** The words of `Server-Timing` and the log for what was wrong, and the problem's code. */
const CODES = {
  malformed: "invalid-request",
  size: "payload-too-large",
  "media-type": "unsupported-media-type",
} as const;

/** Why a request is refused before an app sees it. */
export interface InboundRefusal {
  readonly by: keyof typeof CODES;
  readonly problem: Problem;
}

function refusal(by: keyof typeof CODES, detail: string): InboundRefusal {
  return { by, problem: { code: CODES[by], detail } };
}

const BAD_HOST = refusal("malformed", "The request must carry exactly one valid Host header");
const TWO_TYPES = refusal("malformed", "The request must carry at most one Content-Type header");
const BAD_TRANSFER_CODING = refusal(
  "malformed",
  "The transfer coding of the body is not supported: use only chunked",
);
const COMPRESSED = refusal("media-type", "The body is compressed: send it without a Content-Encoding");
const OTHER_CHARSET = refusal("media-type", "The charset of the body is not supported: send UTF-8");
export const TOO_LARGE = refusal("size", `The body is larger than ${MAX_BODY_BYTES} bytes`);

/** A host name or an address, and a port (RFC 9112, section 3.2); it may be empty. */
const HOST = /^(?:\[[0-9A-Fa-f:.]+\]|(?:[A-Za-z0-9._~-]|%[0-9A-Fa-f]{2})*)(?::\d{0,5})?$/;

/**
 * What is refused by looking at the headers only; `undefined` lets the request pass.
 *
 * @param counted how often the request has each of these headers: Node shows the first only
 */
export function refusalOf(
  req: IncomingMessage,
  counted: { readonly hosts: number; readonly contentTypes: number },
): InboundRefusal | undefined {
  // HTTP/1.0 knows no Host. Two of them, or one that reads as two, mean that two machines on the
  // way may see two different sites.
  const { host = "" } = req.headers;
  if (counted.hosts > 1 || (counted.hosts === 0 && req.httpVersion !== "1.0") || !HOST.test(host)) {
    return BAD_HOST;
  }
  if (counted.contentTypes > 1) return TWO_TYPES;
  if (announcedBytes(req) > MAX_BODY_BYTES) return TOO_LARGE;
  if (isChunked(req) && req.headers["transfer-encoding"]?.toLowerCase() !== "chunked")
    return BAD_TRANSFER_CODING;
  if (!hasBody(req)) return undefined;
  if (req.headers["content-encoding"] !== undefined) return COMPRESSED;
  return saysOtherCharset(req.headers["content-type"] ?? "") ? OTHER_CHARSET : undefined;
}

const CHARSETS = /;\s*charset\s*=\s*"?([^";\s]*)/gi;

/**
 * JSON has no charset but UTF-8 (RFC 8259, section 8.1), and the forms of our pages are sent in it.
 * In UTF-7 a body passes filters that read it as ASCII.
 */
function saysOtherCharset(contentType: string): boolean {
  return [...contentType.matchAll(CHARSETS)].some(([, charset = ""]) => !/^utf-?8$/i.test(charset));
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
