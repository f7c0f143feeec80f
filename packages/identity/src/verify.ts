import { createHmac, timingSafeEqual } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { readClaims } from "./claims.ts";
import type { ClaimsRefusal, Identity } from "./claims.ts";
import { IdentityError } from "./identity-error.ts";
import { prepareKey } from "./keys.ts";
import type { IdentityKey } from "./keys.ts";
import { parsePayload } from "./payload.ts";
import { DOUBLED_HEADER } from "./single-header.ts";
import { secondsOf, systemClock } from "./wall-clock.ts";
import type { WallClock } from "./wall-clock.ts";

/** Why a token was refused: for the log and the metrics, never for the client. A closed set, fit for a label. */
export type Refusal =
  | "missing"
  | "doubled"
  | "too-large"
  | "malformed"
  | "unknown-header"
  | "bad-signature"
  | ClaimsRefusal;

export type Verification =
  | { readonly ok: true; readonly identity: Identity }
  | { readonly ok: false; readonly reason: Refusal };

/** Checks `X-Identity`. */
export interface Verifier {
  /** Takes what `singleHeader` gives. Never throws, whatever came. */
  verify(token: string | typeof DOUBLED_HEADER | undefined): Verification;
}

/** Characters. A real token has about 350; more than this is refused before any work is done on it. */
export const MAX_TOKEN_LENGTH = 4096;

/** Three base64url segments without padding (RFC 7515 section 3.1); the last are the 32 bytes of SHA-256. */
const COMPACT = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]{43})$/;

/**
 * Makes the BFF's side of `X-Identity`. Every key of the ring verifies: previous, current and next, so that
 * a key is changed without a refused request.
 *
 * The header segment is looked up as a string among those that the ring's keys sign, so no algorithm, type
 * or key is ever read out of a token; and no JSON is parsed before the signature holds.
 *
 * @param options.audience this BFF's name, the only `aud` that is accepted
 * @param options.clock default the machine's
 * @throws IdentityError `bad-key` for an empty ring, a kid that stands twice, or a bad key
 */
export function createVerifier(options: {
  readonly keys: readonly IdentityKey[];
  readonly audience: string;
  readonly clock?: WallClock;
}): Verifier {
  const { audience, clock = systemClock } = options;
  const keyOfHeader = indexByHeader(options.keys);
  return {
    verify(token) {
      if (token === undefined) return refused("missing");
      if (token === DOUBLED_HEADER) return refused("doubled");
      if (token.length > MAX_TOKEN_LENGTH) return refused("too-large");
      const segments = COMPACT.exec(token);
      if (segments === null) return refused("malformed");
      const [, header = "", payload = "", signature = ""] = segments;
      const key = keyOfHeader.get(header);
      if (key === undefined) return refused("unknown-header");
      if (!signatureHolds(key, `${header}.${payload}`, signature)) return refused("bad-signature");
      const outcome = readClaims(parsePayload(payload), audience, secondsOf(clock));
      return typeof outcome === "string" ? refused(outcome) : { ok: true, identity: outcome };
    },
  };
}

function indexByHeader(keys: readonly IdentityKey[]): ReadonlyMap<string, KeyObject> {
  if (keys.length === 0) {
    throw new IdentityError("bad-key", "A verifier needs at least one key, but the ring is empty");
  }
  const index = new Map<string, KeyObject>();
  for (const identityKey of keys) {
    const { headerSegment, key } = prepareKey(identityKey);
    if (index.has(headerSegment)) {
      throw new IdentityError("bad-key", `The kid "${identityKey.kid}" stands twice in the ring: rename one`);
    }
    index.set(headerSegment, key);
  }
  return index;
}

/**
 * Compares the encoded signatures, so an encoding that is not canonical (other trailing bits, the same
 * bytes) does not hold either. Both are 43 ASCII characters, as `timingSafeEqual` needs them.
 */
function signatureHolds(key: KeyObject, signingInput: string, signature: string): boolean {
  const expected = createHmac("sha256", key).update(signingInput).digest("base64url");
  return timingSafeEqual(Buffer.from(expected, "latin1"), Buffer.from(signature, "latin1"));
}

function refused(reason: Refusal): Verification {
  return { ok: false, reason };
}
