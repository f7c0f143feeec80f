import { USER_ID } from "@triptych/identity";
import { secondsOf } from "@triptych/service-kit";
import type { Clock } from "@triptych/service-kit";
import { isObject } from "../contracts/document.ts";
import { LONGEST_TOKEN_LIFE_S } from "../issuers/profile.ts";
import { LONGEST_IDLE_S } from "../credentials/session.ts";
import { CLOCK_SKEW_S } from "../credentials/verified-tokens.ts";
import type { Caller } from "../exchange.ts";

/** One decision to refuse a credential from now on. */
export type Revocation =
  /** One token, one session, or one login at the identity provider, by its id. */
  | { readonly kind: "token"; readonly id: string }
  /** All tokens and sessions of a user that were issued until `untilS`, seconds since 1970. */
  | { readonly kind: "user"; readonly id: string; readonly untilS: number }
  /** An API key, for good. Remove it from the keys file as well. */
  | { readonly kind: "api-key"; readonly id: string };

/** Why a caller is refused. `unknown-past`: issued before the revocations that are known. */
export type RevocationReason = "token" | "user" | "api-key" | "unknown-past";

/** Reads a revocation from JSON; undefined for anything else. */
export function parseRevocation(value: unknown): Revocation | undefined {
  if (!isObject(value)) return undefined;
  const { kind, id, untilS } = value;
  // Identity providers make the ids of tokens as freely as those of users.
  if (typeof id !== "string" || !USER_ID.test(id)) return undefined;
  if (kind === "token" || kind === "api-key") return { kind, id };
  if (kind !== "user" || typeof untilS !== "number" || !Number.isSafeInteger(untilS)) return undefined;
  return { kind, id, untilS };
}

/**
 * Seconds. Nothing that a revocation is about lives longer: sessions and tokens have a longest
 * life, and a user's revocation reaches `CLOCK_SKEW_S` into the future.
 */
export const LONGEST_LIFE_S = Math.max(LONGEST_IDLE_S, LONGEST_TOKEN_LIFE_S) + 2 * CLOCK_SKEW_S;

/** A revocation, and when it was made, in seconds since 1970. */
export interface Entry {
  readonly revocation: Revocation;
  readonly madeAtS: number;
}

/** A revocation of something that ends. Both lives are on the monotonic clock, in ms. */
interface Mortal extends Entry {
  /** How long it is remembered here: a whole life, because `madeAtS` may be wrong. */
  readonly endsAt: number;
  /** How long others may need it: what was left of its life when it came. */
  readonly neededUntil: number;
}

/** What this process knows to be revoked, in memory: a check costs no call. */
export class RevocationList {
  /** By kind and id. A Map keeps insertion order, so those that end first come first. */
  readonly #mortal = new Map<string, Mortal>();
  readonly #apiKeys = new Map<string, Entry>();
  readonly #clock: Clock;
  readonly #startedAt: number;
  #readSinceS = Number.POSITIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#startedAt = clock.now();
  }

  /**
   * Since when every revocation is in this list, in seconds since 1970: since this process started,
   * or since earlier, where a record was read. What was issued before may have been revoked before.
   */
  get sinceS(): number {
    // The start in today's date, so that a wrong date at the start does no harm once it is right.
    const runsForMs = this.#clock.now() - this.#startedAt;
    return Math.min(this.#readSinceS, Math.floor((this.#clock.wallNow() - runsForMs) / 1_000));
  }

  /** Notes that all revocations since then were added. */
  readSince(sinceS: number): void {
    this.#readSinceS = Math.min(this.#readSinceS, sinceS);
  }

  /** @param madeAtS default: now */
  add(revocation: Revocation, madeAtS = secondsOf(this.#clock)): void {
    const { kind, id } = revocation;
    if (kind === "api-key") {
      this.#apiKeys.set(id, { revocation, madeAtS });
      return;
    }
    this.#forget();
    const key = `${kind} ${id}`;
    const earlier = this.#mortal.get(key)?.revocation;
    const later = kind === "user" && earlier?.kind === "user" && earlier.untilS > revocation.untilS;
    this.#mortal.delete(key);
    const now = this.#clock.now();
    this.#mortal.set(key, {
      revocation: later ? earlier : revocation,
      madeAtS,
      endsAt: now + LONGEST_LIFE_S * 1_000,
      neededUntil: now + this.#leftMs(madeAtS),
    });
  }

  /** What is left of a life by the date, in ms. */
  #leftMs(madeAtS: number): number {
    return Math.min(LONGEST_LIFE_S, madeAtS + LONGEST_LIFE_S - secondsOf(this.#clock)) * 1_000;
  }

  /**
   * A life ends when it is over on the monotonic clock, so a date that jumps ahead forgets nothing,
   * and by the date: after a jump back, sessions and tokens live longer too.
   */
  #forget(): void {
    const now = this.#clock.now();
    for (const [key, entry] of this.#mortal) {
      if (entry.endsAt > now) break;
      this.#mortal.delete(key);
      const leftMs = this.#leftMs(entry.madeAtS);
      const endsAt = now + leftMs;
      if (leftMs > 0) this.#mortal.set(key, { ...entry, endsAt, neededUntil: endsAt });
    }
  }

  /** Why a caller is refused; undefined if it is not. */
  reasonFor({ userId, tokenId, loginId, issuedAtS, apiKeyId }: Caller): RevocationReason | undefined {
    if (apiKeyId !== undefined && this.#apiKeys.has(apiKeyId)) return "api-key";
    if (tokenId !== undefined && this.#mortal.has(`token ${tokenId}`)) return "token";
    if (loginId !== undefined && this.#mortal.has(`token ${loginId}`)) return "token";
    if (issuedAtS === undefined) return undefined;
    const ofUser = this.#mortal.get(`user ${userId}`)?.revocation;
    // Times are whole seconds, so a token of the same second may be older than the revocation.
    if (ofUser?.kind === "user" && issuedAtS <= ofUser.untilS) return "user";
    return issuedAtS < this.sinceS ? "unknown-past" : undefined;
  }

  /** Everything that another process may still need, the oldest first. */
  entries(): Entry[] {
    this.#forget();
    const now = this.#clock.now();
    const needed = [...this.#mortal.values()].filter(({ neededUntil }) => neededUntil > now);
    return [...needed.map(({ revocation, madeAtS }) => ({ revocation, madeAtS })), ...this.#apiKeys.values()];
  }

  /** How many there are of all kinds. */
  get length(): number {
    return this.#mortal.size + this.#apiKeys.size;
  }

  get size(): { tokens: number; users: number; apiKeys: number } {
    const kinds = [...this.#mortal.values()].map(({ revocation }) => revocation.kind);
    const tokens = kinds.filter((kind) => kind === "token").length;
    return { tokens, users: kinds.length - tokens, apiKeys: this.#apiKeys.size };
  }
}
