import { notFoundHandler, ProblemError, problemHandler, secondsOf } from "@triptych/service-kit";
import type { Logger, WallClock } from "@triptych/service-kit";
import express from "express";
import type { Express } from "express";
import { isObject } from "../contracts/document.ts";
import type { Caller } from "../exchange.ts";

/** What is revoked, in all gateways. */
export interface Revocations {
  reasonFor(caller: Caller): "token" | "user" | "api-key" | undefined;
  /**
   * Holds here at once, and in every other gateway within a second.
   * @throws Error where the others could not be told; it holds here all the same
   */
  revoke(revocation: Revocation): Promise<void>;
  readonly size: { readonly tokens: number; readonly users: number; readonly apiKeys: number };
  close(): Promise<void>;
}

/** For a single gateway: kept in the process, gone with it. */
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

/** One decision to let somebody in no longer. */
export type Revocation =
  /** One token or session, by its id. */
  | { readonly kind: "token"; readonly id: string }
  /** All tokens and sessions of a user that were issued until now. */
  | { readonly kind: "user"; readonly id: string; readonly untilS: number }
  /** An API key, for good: take it out of the keys file as well. */
  | { readonly kind: "api-key"; readonly id: string };

/** No token or session lives longer, so that no older revocation has anything left to refuse; in seconds. */
export const LONGEST_LIFE_S = 24 * 3_600;

/** What is revoked, as this process knows it. Asking costs no call. */
export class RevocationList {
  /** Id → when it was revoked. A Map keeps the order of insertion, so the oldest are first. */
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

  /** Why a caller is not let in any more; undefined where there is no reason. */
  reasonFor({ sub, tokenId, issuedAtS, apiKeyId }: Caller): "token" | "user" | "api-key" | undefined {
    if (apiKeyId !== undefined && this.#apiKeys.has(apiKeyId)) return "api-key";
    if (tokenId !== undefined && this.#tokens.has(tokenId)) return "token";
    const untilS = this.#users.get(sub)?.untilS;
    // Whole seconds: what was issued in the same second may have been issued before.
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

/** A revocation as it comes in JSON; undefined for anything else. */
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
