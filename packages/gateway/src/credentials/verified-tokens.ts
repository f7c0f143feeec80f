import { hash } from "node:crypto";
import { secondsOf } from "@triptych/service-kit";
import type { Clock } from "@triptych/service-kit";
import type { Caller } from "../exchange.ts";
import type { KeySet } from "../login/key-set.ts";

/** Seconds by which the clocks of the identity provider, of gateways and of BFFs may differ. */
export const CLOCK_SKEW_S = 5;
/** Tokens of as many users at once, in about 5 MB. Of more, the oldest are verified again. */
const MOST = 10_000;

/** A token that was verified, and the dates between which it is valid, in seconds since 1970. */
export interface VerifiedToken {
  readonly caller: Caller;
  readonly fromS: number;
  readonly untilS: number;
}

type KeyVersion = Pick<KeySet, "version">;

interface Kept {
  readonly keySet: KeyVersion;
  readonly keys: number;
  /** On the monotonic clock. */
  readonly endsAt: number;
}

/**
 * Remembers verified bearer tokens for as long as they are valid under the same keys. Whether one
 * is revoked is not remembered: that is asked for each request.
 */
export class VerifiedTokens {
  readonly #clock: Clock;
  readonly #most: number;
  /** By digest, so that no token is in memory for longer than its request. The oldest first. */
  readonly #byDigest = new Map<string, VerifiedToken & Kept>();

  constructor(clock: Clock, most = MOST) {
    this.#clock = clock;
    this.#most = most;
  }

  /** A token's caller, if it was verified under the keys that its issuer has now. */
  find(credential: string): Caller | undefined {
    const digest = digestOf(credential);
    const token = this.#byDigest.get(digest);
    if (token === undefined) return undefined;
    const nowS = secondsOf(this.#clock);
    const isValid = token.fromS <= nowS + CLOCK_SKEW_S && token.untilS > nowS - CLOCK_SKEW_S;
    // Also on the monotonic clock: a date that jumps back makes no token live longer in here.
    const isCurrent = this.#clock.now() < token.endsAt && token.keySet.version() === token.keys;
    if (isValid && isCurrent) return token.caller;
    this.#byDigest.delete(digest);
    return undefined;
  }

  /** @param keys the version of the issuer's key set when the check began */
  keep(credential: string, keySet: KeyVersion, keys: number, token: VerifiedToken): void {
    if (keySet.version() !== keys) return;
    const leftS = token.untilS + CLOCK_SKEW_S - secondsOf(this.#clock);
    if (this.#byDigest.size >= this.#most) this.#makeRoom();
    this.#byDigest.set(digestOf(credential), {
      ...token,
      keySet,
      keys,
      endsAt: this.#clock.now() + leftS * 1_000,
    });
  }

  /**
   * Drops a tenth at once: V8 walks over what was deleted from a Map's front each time it starts
   * there, which took longer than the rest of a request.
   */
  #makeRoom(): void {
    const left = Math.min(this.#most - 1, Math.floor(this.#most * 0.9));
    for (const digest of this.#byDigest.keys()) {
      if (this.#byDigest.size <= left) return;
      this.#byDigest.delete(digest);
    }
  }
}

function digestOf(credential: string): string {
  return hash("sha256", credential, "base64url");
}
