import { createServer } from "node:http";
import type { IncomingMessage, RequestListener, Server, ServerResponse } from "node:http";
import type { MetricsPage } from "../metrics/metrics.ts";
import { sendProblem } from "../problems/send-problem.ts";
import { HTTP_LIMITS } from "./listen.ts";

/** `starting` → `ready` → `draining`; only `ready` takes traffic. */
export type Phase = "starting" | "ready" | "draining";

const TEXT = "text/plain; charset=utf-8";

/**
 * Health, readiness and metrics, on a port that is never public. What else is asked for there is
 * `app`'s.
 */
export function createAdminServer(
  phase: () => Phase,
  metrics: MetricsPage,
  app: RequestListener = nothingElse,
): Server {
  return createServer(HTTP_LIMITS, (req, res) => {
    const [path = ""] = req.url?.split("?", 1) ?? [];
    switch (path) {
      case "/healthz":
        return send(req, res, 200, TEXT, "ok\n");
      case "/readyz":
        return send(req, res, phase() === "ready" ? 200 : 503, TEXT, `${phase()}\n`);
      case "/metrics":
        return void metrics
          .read(req.headers.accept)
          .then(({ contentType, text }) => send(req, res, 200, contentType, text));
      default:
        return app(req, res);
    }
  });
}

function nothingElse(req: IncomingMessage, res: ServerResponse): void {
  const detail = "There are /healthz, /readyz and /metrics here";
  sendProblem(req, res, { code: "not-found", detail });
}

function send(req: IncomingMessage, res: ServerResponse, status: number, type: string, text: string): void {
  if (req.method !== "GET" && req.method !== "HEAD") {
    const detail = "Only GET and HEAD are served here";
    return sendProblem(req, res, { code: "method-not-allowed", detail, allow: ["GET", "HEAD"] });
  }
  const body = Buffer.from(text);
  res.writeHead(status, {
    "Content-Type": type,
    "Content-Length": body.length,
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
  });
  res.end(req.method === "HEAD" ? undefined : body);
}
