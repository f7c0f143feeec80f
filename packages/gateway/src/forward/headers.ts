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

/** Headers that this gateway reads itself, so a client cannot name them away in `Connection`. */
const READ_HERE = /^(?:host|content-length|transfer-encoding|x-forwarded-.*)$/;

/**
 * Removes headers that no policy may read. Those that only a gateway may set: in any case and any
 * spelling (`x_user_id` is `X-User-Id` to some servers), however often. Every name with an
 * underscore, as nginx does, because a server behind may read it as another name. And those that
 * `Connection` names, which end at this hop: what is removed later would be checked but not sent.
 */
export function dropUntrustedHeaders(req: IncomingMessage, _res: unknown, next: () => void): void {
  const named = namedByConnection(req.rawHeaders);
  for (let index = req.rawHeaders.length - 2; index >= 0; index -= 2) {
    const name = req.rawHeaders[index]?.toLowerCase() ?? "";
    if (!isReserved(name) && !(named.has(name) && !READ_HERE.test(name))) continue;
    req.rawHeaders.splice(index, 2);
    delete req.headers[name];
  }
  next();
}

function isReserved(name: string): boolean {
  return name.includes("_") || RESERVED.has(name.replaceAll(/[^a-z0-9]/g, ""));
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
  "transfer-encoding",
  "upgrade",
]);

/**
 * Credentials, which end at the gateway, headers about the way to it or about the body, whose
 * length the gateway writes itself, and other names for the method and path, which some frameworks
 * believe.
 */
const FOR_THE_GATEWAY = new Set([
  "authorization",
  "content-length",
  "content-type",
  "cookie",
  "expect",
  "forwarded",
  "host",
  "max-forwards",
  "trailer",
  "via",
  "x-api-key",
  "x-http-method",
  "x-http-method-override",
  "x-method-override",
  "x-original-url",
  "x-real-ip",
  "x-rewrite-url",
]);

/** Answer headers for the gateway, that describe the machine, or that only the gateway may set. */
const NOT_FOR_CLIENTS = new Set([
  "date",
  "screen-outcome",
  "server",
  "set-cookie",
  "x-content-type-options",
  "x-powered-by",
  "x-request-id",
]);

/**
 * The headers of the request that leaves: names and values in turn, as undici takes them.
 *
 * @param checked those that were checked, in place of what came under these names
 */
export function requestHeaders(
  rawHeaders: readonly string[],
  checked: ReadonlyMap<string, string>,
): [name: string, value: string][] {
  const rest = endToEnd(rawHeaders, (name) => {
    const isOurs =
      FOR_THE_GATEWAY.has(name) || name.startsWith("x-forwarded-") || name.startsWith("sec-fetch-");
    return !isOurs && !checked.has(name);
  });
  return [...rest, ...checked];
}

/** Filters an answer's headers for the client. */
export function responseHeaders(rawHeaders: readonly string[]): [name: string, value: string][] {
  const named = namedByConnection(rawHeaders);
  return endToEnd(rawHeaders, (name) => !named.has(name) && !NOT_FOR_CLIENTS.has(name));
}

function endToEnd(
  rawHeaders: readonly string[],
  keep: (name: string) => boolean,
): [name: string, value: string][] {
  return pairs(rawHeaders).filter(([name]) => {
    const lower = name.toLowerCase();
    return !HOP_BY_HOP.has(lower) && keep(lower);
  });
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
