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
  const named = namedIn(req.headers.connection);
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
  "x-trace-request",
]);

/** Answer headers for the gateway, that describe the machine, or that only the gateway may set. */
const NOT_FOR_CLIENTS = new Set([
  "date",
  "screen-outcome",
  "server",
  "set-cookie",
  "traceresponse",
  "x-content-type-options",
  "x-powered-by",
  "x-request-id",
]);

/** Header fields or trailers by lower-case name, as undici reads them. */
export type Fields = Readonly<Record<string, string | string[] | undefined>>;

/**
 * The headers of the request that leaves: names and values in turn, as undici takes them.
 *
 * @param checked those that were checked, in place of what came under these names
 * @param dropped others that do not leave, by lower-case name
 */
export function requestHeaders(
  rawHeaders: readonly string[],
  checked: ReadonlyMap<string, string>,
  dropped: ReadonlySet<string>,
): string[] {
  const headers: string[] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const [name = "", value = ""] = [rawHeaders[index], rawHeaders[index + 1]];
    const lower = name.toLowerCase();
    const isOurs =
      HOP_BY_HOP.has(lower) ||
      FOR_THE_GATEWAY.has(lower) ||
      lower.startsWith("x-forwarded-") ||
      lower.startsWith("sec-fetch-");
    if (!isOurs && !checked.has(lower) && !dropped.has(lower)) headers.push(name, value);
  }
  for (const [name, value] of checked) headers.push(name, value);
  return headers;
}

/** The fields of an answer, or its trailers, that are for the client. */
export function responseHeaders(fields: Fields): [name: string, value: string | string[]][] {
  const named = namedIn(fields["connection"]);
  return Object.entries(fields).flatMap(([name, value]) => {
    // Which other origins may read an answer is the route table's to say.
    const isOurs = NOT_FOR_CLIENTS.has(name) || name.startsWith("access-control-");
    const isForClients = !HOP_BY_HOP.has(name) && !isOurs && !named.has(name);
    return value !== undefined && isForClients ? [[name, value]] : [];
  });
}

const NO_NAMES: ReadonlySet<string> = new Set();

/** A Connection header names further headers that end at this hop. */
function namedIn(connection: string | string[] | undefined): ReadonlySet<string> {
  if (connection === undefined || connection === "keep-alive") return NO_NAMES;
  return new Set(
    [connection]
      .flat()
      .flatMap((value) => value.split(","))
      .map((name) => name.trim().toLowerCase()),
  );
}
