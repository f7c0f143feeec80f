import { hash } from "node:crypto";
import type { Clock, Logger } from "@triptych/service-kit";
import type { SealedCookies } from "../credentials/sealed-cookies.ts";
import { readSession, sealSession } from "../credentials/session.ts";
import type { SealedSession, SessionLives } from "../credentials/session.ts";
import { Redis } from "../redis.ts";
import type { RedisTools } from "../redis.ts";
import type { IdentityProvider } from "./identity-provider.ts";
import type { Grant, Session } from "../credentials/logged-in.ts";

/**
 * What became of a renewal. `later`: not known, because the identity provider did not answer.
 */
export type Renewal =
  | { readonly kind: "renewed"; readonly session: Session; readonly sealed: SealedSession }
  | { readonly kind: "ended" }
  | { readonly kind: "later" };

/** A session with what renews it. */
type Renewable = Session & { readonly grant: Grant };

/** Renews a session, once for all requests that come with the same refresh token. */
export type Renew = (session: Renewable) => Promise<Renewal>;

/**
 * How long the new session is given to requests with the old cookie: those that were under way, and
 * a browser that did not get the answer with the new one. A used refresh token must not be sent
 * again, because providers end the login then (RFC 9700, section 4.14.2).
 */
const KEPT_MS = 5 * 60_000;
/** Until the provider is asked again after it did not answer. */
const RETRY_MS = 30_000;
/** Renewals in memory: a token and a cookie each, at most 40 MB. */
const MOST = 5_000;
/** Longer than the provider may take. */
const CLAIM_MS = 10_000;
const ANSWER_MS = 100;
const WAIT_MS = 100;
const MOST_WAITS = 40;

/**
 * Creates the renewal of sessions. Two tabs, or ten requests of one page, ask the provider once.
 *
 * @param options.store for several gateways; without it, or while it does not answer, each renews
 *   for itself
 */
export function createRenewals(options: {
  readonly provider: Pick<IdentityProvider, "renew">;
  readonly cookies: () => SealedCookies;
  readonly lives: SessionLives;
  readonly store?: ReturnType<typeof redisRenewals> | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
}): Renew {
  const { provider, cookies, lives, store, clock, logger } = options;
  /** The oldest first. */
  const renewals = new Map<string, { readonly result: Promise<Renewal>; endsAt: number }>();

  async function renewHere(session: Renewable): Promise<Renewal> {
    const login = await provider.renew(session.user, session.grant);
    if (login === "ended") return { kind: "ended" };
    const renewed = { ...session, ...login };
    const sealed = await sealSession(renewed, lives, cookies(), clock);
    return sealed === undefined ? { kind: "ended" } : { kind: "renewed", session: renewed, sealed };
  }

  /** What another gateway made of the token; undefined where it is this one's to renew. */
  async function fromOthers(key: string, id: string): Promise<Renewal | undefined> {
    if (store === undefined) return undefined;
    for (let waits = 0; waits < MOST_WAITS; waits += 1) {
      const value = await store.read(key);
      if (value !== null) {
        const session = await readSession(cookies(), value);
        if (session.id !== id) throw new Error("the renewed session is another one");
        const lifeS = session.endsAtS - session.sealedAtS;
        return { kind: "renewed", session, sealed: { value, lifeS } };
      }
      if (await store.claim(key)) return undefined;
      await new Promise<void>((resolve) => void clock.setTimer(WAIT_MS, resolve, "unref"));
    }
    return { kind: "later" };
  }

  async function renewOnce(key: string, session: Renewable): Promise<Renewal> {
    const found = await fromOthers(key, session.id).catch((error: unknown) => {
      logger.warn({ err: error }, "a session is renewed without asking the other gateways");
      return undefined;
    });
    if (found !== undefined) return found;
    try {
      const renewal = await renewHere(session);
      if (renewal.kind === "renewed") {
        await store?.keep(key, renewal.sealed.value).catch(() => undefined);
      }
      return renewal;
    } catch (error) {
      logger.warn({ err: error }, "a session could not be renewed, it lives on without");
      await store?.release(key).catch(() => undefined);
      return { kind: "later" };
    }
  }

  return async (session) => {
    const now = clock.now();
    for (const [key, { endsAt }] of renewals) {
      if (endsAt > now && renewals.size < MOST) break;
      renewals.delete(key);
    }
    const key = hash("sha256", session.grant.refreshToken, "base64url");
    const known = renewals.get(key);
    if (known !== undefined && known.endsAt > now) return await known.result;
    const renewal = { result: renewOnce(key, session), endsAt: now + KEPT_MS };
    renewals.delete(key);
    renewals.set(key, renewal);
    const result = await renewal.result;
    if (result.kind === "later") renewal.endsAt = clock.now() + RETRY_MS;
    return result;
  };
}

/**
 * How all gateways together renew a session once. Keeps what they renew in Redis: sealed cookies,
 * under digests of the tokens.
 */
export function redisRenewals(options: RedisTools & { readonly url: string }) {
  const redis = new Redis(options.url, "session renewals", options);
  const [renewed, claimed] = ["gateway:renewed:", "gateway:renewing:"];
  return {
    /** The cookie that a gateway made of this token; null if none did. */
    read: (key: string) => redis.run(ANSWER_MS, (commands) => commands.get(`${renewed}${key}`)),
    /** Whether it is this gateway that renews. */
    async claim(key: string): Promise<boolean> {
      const expiration = { type: "PX", value: CLAIM_MS } as const;
      const answer = await redis.run(ANSWER_MS, (commands) =>
        commands.set(`${claimed}${key}`, "1", { condition: "NX", expiration }),
      );
      return answer === "OK";
    },
    async keep(key: string, cookie: string): Promise<void> {
      const expiration = { type: "PX", value: KEPT_MS } as const;
      await redis.run(ANSWER_MS, (commands) => commands.set(`${renewed}${key}`, cookie, { expiration }));
    },
    async release(key: string): Promise<void> {
      await redis.run(ANSWER_MS, (commands) => commands.del(`${claimed}${key}`));
    },
    close: () => redis.close(),
  };
}
