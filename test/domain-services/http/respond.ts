import type { IncomingMessage, ServerResponse } from "node:http";
import { etagOf, isNoneMatchHit } from "./etag.ts";
import type { Reply } from "./reply.ts";

/** Puts a reply on the wire; 304 where the caller has it already, headers alone for HEAD. */
export function respond(request: IncomingMessage, response: ServerResponse, reply: Reply): void {
  const headers: Record<string, string | number> = { ...reply.headers };
  if (reply.isConditional === true) {
    const etag = etagOf(reply.body);
    headers["etag"] = etag;
    if (isNoneMatchHit(request.headers["if-none-match"], etag)) {
      response.writeHead(304, headers).end();
      return;
    }
  }
  headers["content-type"] = reply.mediaType;
  headers["content-length"] = Buffer.byteLength(reply.body);
  // Node leaves the body out where the method is HEAD.
  response.writeHead(reply.status, headers).end(reply.body);
}
