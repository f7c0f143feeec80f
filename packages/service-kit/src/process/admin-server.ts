import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Registry } from "prom-client";
import { sendProblem } from "../problems/send-problem.ts";
import { HTTP_LIMITS } from "./http-limits.ts";

/** `starting` → `ready` → `draining`; only `ready` takes traffic. */
export type Phase = "starting" | "ready" | "draining";

/** Health, readiness and metrics, on a port that is never public. */
export function createAdminServer(phase: () => Phase, registry: Registry): Server {
  return createServer(HTTP_LIMITS, (req, res) => {
    void answer(req, res, phase(), registry);
  });
}

async function answer(
  req: IncomingMessage,
  res: ServerResponse,
  phase: Phase,
  registry: Registry,
): Promise<void> {
  const path = req.url?.split("?", 1)[0];
  if (path !== "/healthz" && path !== "/readyz" && path !== "/metrics") {
    sendProblem(req, res, {
      code: "not-found",
      detail: "There are /healthz, /readyz and /metrics here",
    });
    return;
  }
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
    case "/metrics":
      return send(req, res, 200, registry.contentType, await registry.metrics());
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
