import type { IncomingMessage } from "node:http";

/**
 * What only a gateway may say, without what people put between the letters: who asks, to which cohort they belong,
 * which request and which trace this is, how much time is left.
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
 * Forgets what the outside says in the gateway's place, before anything reads it: in any case and any spelling
 * (`x_user_id` is `X-User-Id` to some servers), however often. A name with an underscore is dropped whatever it says, as
 * nginx does, since behind it it may be another's.
 */
export function distrustHeaders(req: IncomingMessage, _res: unknown, next: () => void): void {
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
