import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { nameLayer } from "@triptych/service-kit";
import type { Dispatcher } from "undici";
import type { Route } from "../table/route.ts";
import { failureOf, failureRefusal } from "./failure.ts";
import { responseHeaders } from "./headers.ts";
import type { Lifetime } from "./send-request.ts";
import { readAnswer } from "./transform.ts";
import type { Transform } from "./transform.ts";

/**
 * The `Cache-Control` of an answer that has none. Caches may keep such an answer, even for others
 * (RFC 9111, sections 3.5 and 4.2.2): only `Authorization` forbids it, not API keys or cookies.
 */
export const NOT_KEPT = "private, no-store";

/** Node warns at more than ten. */
const MOST_LISTENERS = 16;

/** Headers about the target's content, which do not apply to a transformed answer. */
const ABOUT_CONTENT = new Set([
  "content-length",
  "content-type",
  "content-encoding",
  "content-range",
  "accept-ranges",
  "etag",
  "last-modified",
]);

/** Fields that come after the body, by lower-case name. */
export type Trailers = Readonly<Record<string, string | string[] | undefined>>;

/** What an answer passes through. */
export interface AnswerTools {
  readonly transform: Transform | undefined;
  readonly lifetime: Lifetime;
  /** Called with the header `Screen-Outcome`, and with the trailers at the end of a whole body. */
  readonly onFields: (fields: Trailers) => void;
}

/**
 * Sends a target's answer to the client: streamed, with its trailers, or transformed. An answer
 * that breaks off is cut, so that it does not look complete.
 *
 * @throws Refusal when the answer fails before any of it was sent
 */
export async function sendAnswer(
  { statusCode, headers, body, trailers }: Dispatcher.ResponseData,
  route: Route,
  req: IncomingMessage,
  res: ServerResponse,
  { transform, lifetime, onFields }: AnswerTools,
): Promise<void> {
  const raw = rawOf(headers);
  const at = raw.findIndex((name, index) => index % 2 === 0 && name.toLowerCase() === "screen-outcome");
  if (at !== -1) onFields({ "screen-outcome": raw[at + 1] });
  // `pipeline` reports a broken body. Without this listener the error event would end the process.
  body.on("error", () => undefined);
  // Before pipeline() ends the answer.
  body.once("end", () => {
    onFields(trailers);
    if (res.hasHeader("Trailer")) res.addTrailers(fieldsOf(trailers));
  });
  try {
    const transformed = statusCode === 200 && req.method !== "HEAD" ? transform : undefined;
    const content = await transformed?.(await readAnswer(body));
    res.statusCode = statusCode;
    for (const [name, value] of responseHeaders(raw)) {
      if (content === undefined || !ABOUT_CONTENT.has(name.toLowerCase())) res.appendHeader(name, value);
    }
    // An empty one says nothing either.
    const cacheControl = res.getHeader("Cache-Control") ?? "";
    if ([cacheControl].flat().join("").trim() === "") res.setHeader("Cache-Control", NOT_KEPT);
    if (!hasChunks(req, res) || content !== undefined) res.removeHeader("Trailer");
    nameLayer(res, route.target, statusCode >= 400 ? `answered ${statusCode}` : undefined);
    if (content === undefined) {
      // The kit, the gateway and pipeline() add more than ten listeners; this is not a leak.
      res.setMaxListeners(MOST_LISTENERS);
      await pipeline(body, res);
    } else {
      res.setHeader("Content-Type", "application/json");
      res.setHeader("Content-Length", content.length);
      res.end(content);
    }
  } catch (error) {
    body.destroy();
    // A truncated answer must not look complete.
    if (res.headersSent) res.destroy();
    if (res.destroyed) return;
    const failure = failureOf(error, lifetime.ended());
    if (failure === "client-gone") res.destroy();
    else if (failure === "late" || failure === "broken") throw failureRefusal(failure, route.target, error);
    else throw error;
  }
}

/** Only answers in chunks can have trailers: Node refuses to announce them for any other. */
function hasChunks(req: IncomingMessage, res: ServerResponse): boolean {
  const hasBody = req.method !== "HEAD" && ![204, 304].includes(res.statusCode);
  return hasBody && req.httpVersion !== "1.0" && !res.hasHeader("Content-Length");
}

/** The trailers that are for clients: never framing, cookies or what describes the content. */
function fieldsOf(trailers: Trailers): [name: string, value: string][] {
  const raw = Object.entries(trailers).flatMap(([name, value = ""]) =>
    [value].flat().flatMap((one) => [name, one]),
  );
  return responseHeaders(raw).filter(([name]) => !ABOUT_CONTENT.has(name));
}

/**
 * undici's types say that headers are an object. With `responseHeaders: "raw"` they are a list,
 * which keeps repeated headers apart.
 */
function rawOf(headers: unknown): string[] {
  const list: unknown[] = Array.isArray(headers) ? headers : [];
  return list.map(String);
}
