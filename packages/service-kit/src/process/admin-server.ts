import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from "node:http";
import type { MetricsPage } from "../metrics/metrics.ts";
import { sendProblem } from "../problems/send-problem.ts";
import { HTTP_LIMITS } from "./listen.ts";

/** `starting` → `ready` → `draining`; only `ready` takes traffic. */
export type Phase = "starting" | "ready" | "draining";

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
    const path = req.url?.split("?", 1)[0];
    if (path === "/healthz" || path === "/readyz" || path === "/metrics") {
      void answer(req, res, path, phase(), metrics);
    } else {
      app(req, res);
    }
  });
}

function nothingElse(req: IncomingMessage, res: ServerResponse): void {
  sendProblem(req, res, {
    code: "not-found",
    detail: "There are /healthz, /readyz and /metrics here",
  });
}

async function answer(
  req: IncomingMessage,
  res: ServerResponse,
  path: "/healthz" | "/readyz" | "/metrics",
  phase: Phase,
  metrics: MetricsPage,
): Promise<void> {
  if (req.method !== "GET" && req.method !== "HEAD") {
    sendProblem(req, res, {
      code: "method-not-allowed",
      detail: "Only GET and HEAD are served here",
      allow: ["GET", "HEAD"],
    });
    return;
  }
  switch (path) {
    case "/healthz":
      return send(req, res, 200, "text/plain; charset=utf-8", "ok\n");
    case "/readyz":
      return send(req, res, phase === "ready" ? 200 : 503, "text/plain; charset=utf-8", `${phase}\n`);
    case "/metrics": {
      const { contentType, text } = await metrics.read(req.headers.accept);
      return send(req, res, 200, contentType, text);
    }
  }
}

function send(req: IncomingMessage, res: ServerResponse, status: number, type: string, text: string): void {
  const body = Buffer.from(text);
  res.writeHead(status, {
    "Content-Type": type,
    "Content-Length": body.length,
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
  });
  res.end(req.method === "HEAD" ? undefined : body);
}
