import type { IncomingMessage } from "node:http";

/**
 * Headers that only a gateway may set, without separators: the identity, the cohort, the request
 * id, the trace and the time that is left.
 */
const RESERVED = new Set([
  "xidentity",
  "txntoken",
  "xuserid",
  "xcohort",
  "xrequestid",
  "xrequesttimeoutms",
  "traceparent",
  "tracestate",
  "baggage",
]);

/**
 * Removes headers that only a gateway may set, before anything reads them: in any case and any
 * spelling (`x_user_id` is `X-User-Id` to some servers), however often. Every name with an
 * underscore is removed, as nginx does, because a server behind may read it as another name.
 */
export function dropReservedHeaders(req: IncomingMessage, _res: unknown, next: () => void): void {
  for (let index = req.rawHeaders.length - 2; index >= 0; index -= 2) {
    const name = req.rawHeaders[index] ?? "";
    if (!isReserved(name)) continue;
    req.rawHeaders.splice(index, 2);
    delete req.headers[name.toLowerCase()];
  }
  next();
}

function isReserved(name: string): boolean {
  return name.includes("_") || RESERVED.has(name.toLowerCase().replaceAll(/[^a-z0-9]/g, ""));
}

/** Headers about one connection (RFC 9110, section 7.6.1), never forwarded in either direction. */
const HOP_BY_HOP = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-authentication-info",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** Credentials, which end at the gateway, and headers about the way to it. */
const FOR_THE_GATEWAY = new Set([
  "authorization",
  "cookie",
  "content-length",
  "expect",
  "forwarded",
  "host",
  "max-forwards",
  "via",
  "x-api-key",
  "x-real-ip",
]);

/** Answer headers that describe the machine, or that only the gateway may set. */
const NOT_FOR_CLIENTS = new Set([
  "date",
  "server",
  "set-cookie",
  "x-content-type-options",
  "x-powered-by",
  "x-request-id",
]);

/** Filters a request's headers: names and values in turn, as undici takes them. */
export function requestHeaders(rawHeaders: readonly string[]): string[] {
  return filtered(
    rawHeaders,
    (name) =>
      !FOR_THE_GATEWAY.has(name) && !name.startsWith("x-forwarded-") && !name.startsWith("sec-fetch-"),
  );
}

/** Filters an answer's headers for the client. */
export function responseHeaders(rawHeaders: readonly string[]): [name: string, value: string][] {
  const kept = filtered(rawHeaders, (name) => !NOT_FOR_CLIENTS.has(name));
  return pairs(kept);
}

function filtered(rawHeaders: readonly string[], keep: (name: string) => boolean): string[] {
  const named = namedByConnection(rawHeaders);
  return pairs(rawHeaders)
    .filter(([name]) => {
      const lower = name.toLowerCase();
      return !HOP_BY_HOP.has(lower) && !named.has(lower) && keep(lower);
    })
    .flat();
}

/** A Connection header names further headers that end at this hop. */
function namedByConnection(rawHeaders: readonly string[]): ReadonlySet<string> {
  return new Set(
    pairs(rawHeaders)
      .filter(([name]) => name.toLowerCase() === "connection")
      .flatMap(([, value]) => value.split(",").map((name) => name.trim().toLowerCase())),
  );
}

function pairs(rawHeaders: readonly string[]): [name: string, value: string][] {
  const result: [string, string][] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    result.push([rawHeaders[index] ?? "", rawHeaders[index + 1] ?? ""]);
  }
  return result;
}
