import { createHmac, createSecretKey, timingSafeEqual } from "node:crypto";
import type { KeyObject } from "node:crypto";
import {
  ISSUER,
  MAX_LIFETIME_S,
  mustMatch,
  readIdentity,
  REQUEST_ID,
  secondsOf,
  systemClock,
  USER_ID,
} from "./claims.ts";
import type { Identity, IdentityClaims, WallClock } from "./claims.ts";
import { compactVerifier, headerSegment, KID, mintCompact } from "./compact.ts";
import type { PreparedKey, ReceivedToken, Refusal } from "./compact.ts";
import { IdentityError } from "./identity-error.ts";

/** One key of a BFF's key ring. `secret` is the raw key, at least 32 bytes. */
export interface IdentityKey {
  readonly kid: string;
  readonly secret: Uint8Array;
}

/** An HS256 key is at least as long as the hash's output, in bytes (RFC 7518, section 3.2). */
const MIN_SECRET_BYTES = 32;

/** The 32 bytes of SHA-256 in base64url. */
const SIGNATURE_LENGTH = 43;

/** The message never holds the secret. */
function prepareKey({ kid, secret }: IdentityKey): PreparedKey {
  if (!KID.test(kid)) {
    const message = `A key's kid must match ${KID.source}, but it is ${JSON.stringify(kid)}: rename the key`;
    throw new IdentityError("bad-key", message);
  }
  if (secret.byteLength < MIN_SECRET_BYTES) {
    throw new IdentityError(
      "bad-key",
      `The secret of key "${kid}" must have at least ${MIN_SECRET_BYTES} bytes, but it has ${secret.byteLength}: make a new one with crypto.randomBytes(32)`,
    );
  }
  return { kid, headerSegment: headerSegment("HS256", kid, "gw-id+jwt"), key: createSecretKey(secret) };
}

function hmac(key: KeyObject, input: string): string {
  return createHmac("sha256", key).update(input).digest("base64url");
}

/** What to assert about one request. */
export interface Assertion {
  /** Visible ASCII of up to 255 characters. */
  readonly userId: string | undefined;
  /** The BFF that it is for, such as `web-bff`. */
  readonly audience: string;
  /** `^[A-Za-z0-9._~-]{1,128}$`. */
  readonly requestId: string;
  readonly apiKeyId?: string;
  readonly scope?: string;
  readonly claims?: IdentityClaims;
  /** Whole seconds from 1 to 60; default 60, the most that a verifier accepts. */
  readonly lifetimeSeconds?: number;
}

/** Signs assertions with one key, the current one of a BFF's ring. */
export interface Minter {
  /**
   * Makes a value of `X-Identity`. @throws IdentityError `bad-claim` if no verifier would accept it
   */
  mint(assertion: Assertion): string;
}

/**
 * Makes the gateway's side of `X-Identity`.
 * @param options.clock default: the system's
 * @throws IdentityError `bad-key`
 */
export function createMinter(options: IdentityKey & { readonly clock?: WallClock }): Minter {
  const { headerSegment: header, key } = prepareKey(options);
  const { clock = systemClock } = options;
  const sign = (input: string) => hmac(key, input);
  return {
    mint({ userId, audience, requestId, apiKeyId, scope, claims, lifetimeSeconds = MAX_LIFETIME_S }) {
      if (userId !== undefined) mustMatch("userId", userId, USER_ID);
      else if (apiKeyId !== undefined || scope !== undefined || claims !== undefined) {
        throw new IdentityError("bad-claim", "a visitor has no apiKeyId, scope or claims: leave them out");
      }
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
      const asserted = {
        iss: ISSUER,
        aud: audience,
        ...(userId === undefined ? { anonymous: true } : { sub: userId }),
        iat,
        exp: iat + lifetimeSeconds,
        jti: requestId,
        cid: apiKeyId,
        scope,
        claims,
      };
      return mintCompact(header, asserted, sign);
    },
  };
}

/** The outcome of checking `X-Identity`. */
export type Verification =
  | { readonly ok: true; readonly identity: Identity }
  | { readonly ok: false; readonly reason: Refusal };

/** Checks `X-Identity`. */
export interface Verifier {
  /** Takes what `singleHeader` returns. Never throws. */
  verify(token: ReceivedToken): Verification;
}

/**
 * Makes a BFF's side of `X-Identity`. Every key of the ring verifies (the previous, the current and
 * the next), so a key can be changed without refusing a request.
 *
 * @param options.audience this BFF's name, the only `aud` that is accepted
 * @param options.clock default: the system's
 * @throws IdentityError `bad-key` for an empty ring, two keys with one kid, or a bad key
 */
export function createVerifier(options: {
  readonly keys: readonly IdentityKey[];
  readonly audience: string;
  readonly clock?: WallClock;
}): Verifier {
  const { audience, clock = systemClock } = options;
  const check = compactVerifier({
    keys: options.keys.map(prepareKey),
    signatureLength: SIGNATURE_LENGTH,
    // The encodings are compared, so another encoding of the same bytes is refused too. Both are 43
    // ASCII characters: timingSafeEqual needs equal lengths.
    isSignature: (key, input, signature) =>
      timingSafeEqual(Buffer.from(hmac(key, input), "latin1"), Buffer.from(signature, "latin1")),
    read: (payload) => readIdentity(payload, audience, secondsOf(clock)),
  });
  return {
    verify(token) {
      const outcome = check(token);
      return typeof outcome === "string" ? { ok: false, reason: outcome } : { ok: true, identity: outcome };
    },
  };
}
