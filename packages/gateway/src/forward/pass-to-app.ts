import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { nameLayer } from "@triptych/service-kit";
import type { Passage } from "../passage.ts";
import { requestHeaders } from "./headers.ts";

/**
 * Hands a request to an app in this process, with the headers that it would have got over the network: an app cannot
 * tell, and no credential of the client reaches it.
 */
export function passToApp(
  app: RequestListener,
  passage: Passage,
  req: IncomingMessage,
  res: ServerResponse,
  own: readonly [name: string, value: string][],
): void {
  const kept = requestHeaders(req.rawHeaders);
  for (const name of ["host", "content-length", "transfer-encoding"]) {
    const value = req.headers[name];
    if (typeof value === "string") kept.push(name, value);
  }
  const rawHeaders = [...kept, ...own.flat()];
  req.rawHeaders.splice(0, Infinity, ...rawHeaders);
  for (const name of Object.keys(req.headers)) delete req.headers[name];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? "").toLowerCase();
    const earlier = req.headers[name];
    const value = rawHeaders[index + 1] ?? "";
    req.headers[name] = typeof earlier === "string" ? `${earlier}, ${value}` : value;
  }
  req.url = passage.forwardedTarget;
  nameWhenAnswered(res, passage.route.target);
  app(req, res);
}

/** The app sets its headers until the moment at which they leave, `Server-Timing` among them: ours is added then. */
function nameWhenAnswered(res: ServerResponse, target: string): void {
  const writeHead = res.writeHead.bind(res);
  res.writeHead = function named(status: number, ...rest: unknown[]) {
    res.writeHead = writeHead;
    nameLayer(res, target, status >= 400 ? `answered ${status}` : undefined);
    Reflect.apply(writeHead, undefined, [status, ...rest]);
    return res;
  };
}
