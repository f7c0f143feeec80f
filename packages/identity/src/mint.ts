import { createHmac } from "node:crypto";
import { ISSUER, MAX_LIFETIME_S, mustMatch, REQUEST_ID, USER_ID } from "./claims.ts";
import { IdentityError } from "./identity-error.ts";
import { prepareKey } from "./keys.ts";
import type { IdentityKey } from "./keys.ts";
import { MAX_TOKEN_LENGTH } from "./verify.ts";
import { secondsOf, systemClock } from "./wall-clock.ts";
import type { WallClock } from "./wall-clock.ts";

/** What to assert about one request. */
export interface Assertion {
  /** The user's id, `^[A-Za-z0-9_-]{1,64}$`. */
  readonly userId: string;
  /** The BFF that it is for, for example `web-bff`. */
  readonly audience: string;
  /** The request's id, `^[A-Za-z0-9._~-]{1,128}$`. */
  readonly requestId: string;
  readonly apiKeyId?: string;
  readonly scope?: string;
  /** Whole seconds from 1 to 60; default 60, the most that a verifier accepts. */
  readonly lifetimeSeconds?: number;
}

/** Signs assertions with one key, the current one of the BFF's ring. */
export interface Minter {
  /** The value of `X-Identity`. @throws IdentityError `bad-claim` for what no verifier would accept. */
  mint(assertion: Assertion): string;
}

/**
 * Makes the gateway's side of `X-Identity`.
 *
 * @param options.clock default the machine's
 * @throws IdentityError `bad-key`
 */
export function createMinter(options: IdentityKey & { readonly clock?: WallClock }): Minter {
  const { headerSegment, key } = prepareKey(options);
  const { clock = systemClock } = options;
  return {
    mint(assertion) {
      const { userId, audience, requestId, apiKeyId, scope } = assertion;
      const { lifetimeSeconds = MAX_LIFETIME_S } = assertion;
      mustMatch("userId", userId, USER_ID);
      mustMatch("requestId", requestId, REQUEST_ID);
      if (audience === "") {
        throw new IdentityError("bad-claim", "audience must name the BFF, but it is empty");
      }
      if (!Number.isInteger(lifetimeSeconds) || lifetimeSeconds < 1 || lifetimeSeconds > MAX_LIFETIME_S) {
        throw new IdentityError(
          "bad-claim",
          `lifetimeSeconds must be a whole number from 1 to ${MAX_LIFETIME_S}, but it is ${lifetimeSeconds}`,
        );
      }
      const iat = secondsOf(clock);
      const claims = {
        iss: ISSUER,
        aud: audience,
        sub: userId,
        iat,
        exp: iat + lifetimeSeconds,
        jti: requestId,
        cid: apiKeyId,
        scope,
      };
      const signingInput = `${headerSegment}.${Buffer.from(JSON.stringify(claims)).toString("base64url")}`;
      const token = `${signingInput}.${createHmac("sha256", key).update(signingInput).digest("base64url")}`;
      if (token.length > MAX_TOKEN_LENGTH) {
        throw new IdentityError(
          "bad-claim",
          `A token may have ${MAX_TOKEN_LENGTH} characters, but this one has ${token.length}: shorten scope or apiKeyId`,
        );
      }
      return token;
    },
  };
}
