import { secondsOf } from "@triptych/service-kit";
import type { WallClock } from "@triptych/service-kit";
import type { Caller } from "../passage.ts";

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
