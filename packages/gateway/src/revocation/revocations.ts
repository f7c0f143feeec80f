import { notFoundHandler, ProblemError, problemHandler, secondsOf } from "@triptych/service-kit";
import type { Logger, WallClock } from "@triptych/service-kit";
import express from "express";
import type { Express } from "express";
import { isObject } from "../contracts/document.ts";
import type { Caller } from "../exchange.ts";

/** What is revoked, in all gateways together. */
export interface Revocations {
  reasonFor(caller: Caller): "token" | "user" | "api-key" | undefined;
  /**
   * Takes effect here at once and in every other gateway within a second.
   * @throws Error when the others could not be told; it is in effect here all the same
   */
  revoke(revocation: Revocation): Promise<void>;
  readonly size: { readonly tokens: number; readonly users: number; readonly apiKeys: number };
  close(): Promise<void>;
}

/** Keeps revocations in this process only, for a single gateway. */
export function localRevocations(clock: WallClock): Revocations {
  const list = new RevocationList(clock);
  return {
    reasonFor: (caller) => list.reasonFor(caller),
    revoke(revocation) {
      list.add(revocation);
      return Promise.resolve();
    },
    get size() {
      return list.size;
    },
    close: () => Promise.resolve(),
  };
}

/** One decision to refuse a credential from now on. */
export type Revocation =
  /** One token or session, by its id. */
  | { readonly kind: "token"; readonly id: string }
  /** All tokens and sessions of a user that were issued until now. */
  | { readonly kind: "user"; readonly id: string; readonly untilS: number }
  /** An API key, for good. Remove it from the keys file as well. */
  | { readonly kind: "api-key"; readonly id: string };

/** Seconds. No token or session lives longer, so older revocations are no longer needed. */
export const LONGEST_LIFE_S = 24 * 3_600;

/** What this process knows to be revoked, in memory: a check costs no call. */
export class RevocationList {
  /** Id → when it was revoked. A Map keeps insertion order, so the oldest come first. */
  readonly #tokens = new Map<string, number>();
  readonly #users = new Map<string, { untilS: number; revokedAtS: number }>();
  readonly #apiKeys = new Set<string>();
  readonly #clock: WallClock;

  constructor(clock: WallClock) {
    this.#clock = clock;
  }

  add(revocation: Revocation): void {
    const nowS = secondsOf(this.#clock);
    this.#forgetOld(nowS);
    switch (revocation.kind) {
      case "token":
        this.#tokens.delete(revocation.id);
        this.#tokens.set(revocation.id, nowS);
        break;
      case "user": {
        const untilS = Math.max(revocation.untilS, this.#users.get(revocation.id)?.untilS ?? 0);
        this.#users.delete(revocation.id);
        this.#users.set(revocation.id, { untilS, revokedAtS: nowS });
        break;
      }
      case "api-key":
        this.#apiKeys.add(revocation.id);
        break;
    }
  }

  /** Why a caller is revoked; undefined if it is not. */
  reasonFor({ userId, tokenId, issuedAtS, apiKeyId }: Caller): "token" | "user" | "api-key" | undefined {
    if (apiKeyId !== undefined && this.#apiKeys.has(apiKeyId)) return "api-key";
    if (tokenId !== undefined && this.#tokens.has(tokenId)) return "token";
    const untilS = this.#users.get(userId)?.untilS;
    // Times are whole seconds, so a token of the same second may be older than the revocation.
    return issuedAtS !== undefined && untilS !== undefined && issuedAtS <= untilS ? "user" : undefined;
  }

  get size(): { tokens: number; users: number; apiKeys: number } {
    return { tokens: this.#tokens.size, users: this.#users.size, apiKeys: this.#apiKeys.size };
  }

  #forgetOld(nowS: number): void {
    for (const [id, revokedAtS] of this.#tokens) {
      if (nowS - revokedAtS <= LONGEST_LIFE_S) break;
      this.#tokens.delete(id);
    }
    for (const [id, { revokedAtS }] of this.#users) {
      if (nowS - revokedAtS <= LONGEST_LIFE_S) break;
      this.#users.delete(id);
    }
  }
}

const ID = /^[A-Za-z0-9._~-]{1,128}$/;

/** Reads a revocation from JSON; undefined for anything else. */
export function parseRevocation(value: unknown): Revocation | undefined {
  if (typeof value !== "object" || value === null || !("kind" in value) || !("id" in value)) return undefined;
  const { kind, id } = value;
  if (typeof id !== "string" || !ID.test(id)) return undefined;
  if (kind === "token" || kind === "api-key") return { kind, id };
  if (kind !== "user" || !("untilS" in value)) return undefined;
  const { untilS } = value;
  return typeof untilS === "number" && Number.isSafeInteger(untilS) ? { kind, id, untilS } : undefined;
}

/**
 * Creates `POST /revocations` for the admin port, which is never public: `{"kind": "token" | "user"
 * | "api-key", "id": "…"}`. A user's revocation ends all that was issued until now. `GET
 * /revocations` counts them.
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
          detail: "It is revoked in this gateway, but the others could not be told: send it again",
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
