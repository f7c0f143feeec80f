import type { IncomingMessage, ServerResponse } from "node:http";
import { problemBody } from "../problems/problems.ts";
import type { ProblemPage } from "../problems/send-problem.ts";
import { layerEntry, newRequestId } from "../requests/record.ts";

const RETRY_AFTER_SECONDS = 1;

/** The limit that refused, in `Server-Timing` and the log. */
export const OVERLOAD = "overload";

const DETAIL = "There is no time for this request: try again in a moment";
/** A placeholder for the request id. No page contains it. */
const ID_MARK = "\uE000";
const PROBLEM = problemBody({ code: "overloaded", detail: DETAIL }, ID_MARK);

/**
 * Creates the answer to a request for which there is no time, before anything is done for it: four
 * of five requests may end here, so only the request id is made for each, and all is one write. The
 * connection stays: a new one would cost more.
 *
 * @param layer the layer that refuses, for `Server-Timing`
 * @param page what a browser gets that opens a page, whose `Accept` begins with `text/html`.
 *   Rendered once, so it may hold nothing of one answer only, such as a nonce
 */
export function overloadRefusal(
  layer: string,
  page?: ProblemPage,
): (req: IncomingMessage, res: ServerResponse) => void {
  const shared = {
    "Server-Timing": layerEntry(layer, OVERLOAD),
    "Retry-After": String(RETRY_AFTER_SECONDS),
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
  };
  const form = (body: string, fields: Readonly<Record<string, string>>) => ({
    parts: body.split(ID_MARK),
    headers: Object.entries({ ...shared, ...fields }).flat(),
  });
  const json = form(JSON.stringify(PROBLEM), { "Content-Type": "application/problem+json" });
  const rendered = page?.(PROBLEM);
  const html =
    rendered && form(rendered.document, { ...rendered.headers, "Content-Type": "text/html; charset=utf-8" });
  return (req, res) => {
    const requestId = newRequestId();
    const isPage = req.headers.accept?.startsWith("text/html") === true;
    const { parts, headers } = isPage && html !== undefined ? html : json;
    const body = parts.join(requestId);
    const length = String(Buffer.byteLength(body));
    res.writeHead(PROBLEM.status, [...headers, "Content-Length", length, "X-Request-Id", requestId]);
    res.end(req.method === "HEAD" ? undefined : body);
  };
}
