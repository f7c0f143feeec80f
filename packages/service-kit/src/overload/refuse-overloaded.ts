import type { IncomingMessage, ServerResponse } from "node:http";
import { problemBody } from "../problems/problems.ts";
import { layerEntry } from "../requests/name-layer.ts";
import { newRequestId } from "../requests/request-id.ts";

const RETRY_AFTER_SECONDS = 1;

/** The limit that refused, in `Server-Timing` and the log. */
export const OVERLOAD = "overload";

/**
 * Answers a request for which there is no time, before anything is done for it: four of five
 * requests may end here, so this is all there is to it, in one write. The connection stays: a new
 * one would cost more.
 *
 * @param layer the layer that refuses, for `Server-Timing`
 */
export function refuseOverloaded(req: IncomingMessage, res: ServerResponse, layer: string): void {
  const requestId = newRequestId();
  const problem = problemBody(
    { code: "overloaded", detail: "There is no time for this request: try again in a moment" },
    requestId,
  );
  const body = JSON.stringify(problem);
  const headers = [
    ["Content-Type", "application/problem+json"],
    ["Content-Length", String(body.length)],
    ["Server-Timing", layerEntry(layer, OVERLOAD)],
    ["Retry-After", String(RETRY_AFTER_SECONDS)],
    ["Cache-Control", "no-store"],
    ["X-Content-Type-Options", "nosniff"],
    ["X-Request-Id", requestId],
  ].flat();
  res.writeHead(problem.status, headers);
  res.end(req.method === "HEAD" ? undefined : body);
}
