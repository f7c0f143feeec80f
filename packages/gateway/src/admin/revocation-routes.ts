import express from "express";
import type { Express } from "express";
import { notFoundHandler, ProblemError, problemHandler, secondsOf } from "@triptych/service-kit";
import type { Logger, WallClock } from "@triptych/service-kit";
import { isObject } from "../contracts/document.ts";
import { parseRevocation } from "../revocation/parse-revocation.ts";
import type { Revocation } from "../revocation/revocation-list.ts";
import type { Revocations } from "../revocation/revocations.ts";

/**
 * `POST /revocations` on the admin port, which is never public: `{"kind": "token" | "user" | "api-key", "id": "…"}`. A
 * user's revocation ends what was issued until now. `GET /revocations` says how many there are.
 */
export function revocationRoutes(revocations: Revocations, logger: Logger, clock: WallClock): Express {
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  app.use(express.json({ limit: 1_000 }));
  app.get("/revocations", (_req, res) => {
    res.json(revocations.size);
  });
  app.post("/revocations", async (req, res) => {
    const revocation = read(req.body, secondsOf(clock));
    try {
      await revocations.revoke(revocation);
    } catch (cause) {
      throw new ProblemError(
        {
          code: "upstream-unavailable",
          detail: "It is revoked in this gateway, but the others could not be told: ask again",
          upstream: "redis",
        },
        { cause },
      );
    }
    logger.info({ kind: revocation.kind }, "revoked");
    res.status(204).end();
  });
  app.use(notFoundHandler);
  app.use(problemHandler({ logger }));
  return app;
}

function read(body: unknown, nowS: number): Revocation {
  const revocation = parseRevocation(
    isObject(body) && body["kind"] === "user" ? { ...body, untilS: nowS } : body,
  );
  if (revocation !== undefined) return revocation;
  throw new ProblemError({
    code: "invalid-request",
    detail: 'Expected {"kind": "token", "user" or "api-key", "id": "…"} as application/json',
  });
}
