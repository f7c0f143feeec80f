import { notFoundHandler, ProblemError, problemHandler, secondsOf } from "@triptych/service-kit";
import type { Logger, WallClock } from "@triptych/service-kit";
import express from "express";
import type { Express } from "express";
import { isObject } from "../contracts/document.ts";
import { CLOCK_SKEW_S } from "../credentials/verified-tokens.ts";
import type { Caller } from "../exchange.ts";
import { parseRevocation } from "./revocation-list.ts";
import type { Revocation, RevocationList, RevocationReason } from "./revocation-list.ts";

/** What is revoked, in all gateways together. */
export interface Revocations {
  reasonFor(caller: Caller): RevocationReason | undefined;
  /**
   * Takes effect here at once. Never rejects, and resolves within a second: `everywhere` when all
   * gateways know it within another, `here` when they could not be told yet. They are told as soon
   * as that is possible.
   *
   * @param sealedAtS when its session was sealed, in seconds since 1970: later than now where the
   *   date was ahead. It is remembered from then on, because the session would live from then on.
   */
  revoke(revocation: Revocation, sealedAtS?: number): Promise<"everywhere" | "here">;
  /** Resolves when this process knows what was revoked before its start, as far as anyone does. */
  readonly known: Promise<void>;
  readonly state: ReturnType<typeof stateOf>;
  close(): Promise<void>;
}

/**
 * Describes a list for `GET /revocations`: how many are known, since when (ISO date), and how many
 * the other gateways were not told yet.
 */
export function stateOf(list: RevocationList, unpublished: number) {
  return { ...list.size, since: new Date(list.sinceS * 1_000).toISOString(), unpublished };
}

/**
 * Creates `POST /revocations` for the admin port, which is never public: `{"kind": "token" | "user"
 * | "api-key", "id": "…"}`. It answers 204 when all gateways know, and 202 when the others could
 * not be told yet. `GET /revocations` counts them.
 */
export function revocationRoutes(revocations: Revocations, logger: Logger, clock: WallClock): Express {
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  app.use(express.json({ limit: 1_000 }));
  app.get("/revocations", (_req, res) => {
    res.json(revocations.state);
  });
  app.post("/revocations", async (req, res) => {
    const revocation = read(req.body, clock);
    const inEffect = await revocations.revoke(revocation);
    logger.info({ kind: revocation.kind, inEffect }, "revoked");
    if (inEffect === "everywhere") {
      res.status(204).end();
      return;
    }
    res.status(202).json({
      inEffect,
      detail: "It is revoked in this gateway. The others could not be told yet: this gateway repeats it",
    });
  });
  app.use(notFoundHandler);
  app.use(problemHandler({ logger }));
  return app;
}

function read(body: unknown, clock: WallClock): Revocation {
  // Of a user, all that was issued until now by any clock that is accepted.
  const untilS = secondsOf(clock) + CLOCK_SKEW_S;
  const revocation = parseRevocation(isObject(body) ? { ...body, untilS } : body);
  if (revocation !== undefined) return revocation;
  throw new ProblemError({
    code: "invalid-request",
    detail: 'Expected {"kind": "token", "user" or "api-key", "id": "…"} as application/json',
  });
}
