import { createSecretKey } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { IdentityError } from "./identity-error.ts";

/** One key of a ring. `secret` is the raw key, at least 32 bytes. */
export interface IdentityKey {
  readonly kid: string;
  readonly secret: Uint8Array;
}

/** A key made ready: the only header segment that it signs, and the key in node:crypto's form. */
export interface PreparedKey {
  readonly headerSegment: string;
  readonly key: KeyObject;
}

/** RFC 7518 section 3.2: an HS256 key is at least as long as the hash's output. */
const MIN_SECRET_BYTES = 32;

/** No character that JSON escapes, so the header's text is known without serialising. */
const KID = /^[A-Za-z0-9_-]{1,64}$/;

/**
 * Checks a key and computes the header segment of every token under it. The text is written out, not
 * serialised, because verifiers compare it as a string: the order of the members is part of the wire.
 *
 * @throws IdentityError `bad-key`; the message never holds the secret.
 */
export function prepareKey({ kid, secret }: IdentityKey): PreparedKey {
  if (!KID.test(kid)) {
    throw new IdentityError(
      "bad-key",
      `A key's kid must match ${KID.source}, but it is ${JSON.stringify(kid)}: rename the key`,
    );
  }
  if (secret.byteLength < MIN_SECRET_BYTES) {
    throw new IdentityError(
      "bad-key",
      `The secret of key "${kid}" must have at least ${MIN_SECRET_BYTES} bytes, but it has ${secret.byteLength}: make a new one with crypto.randomBytes(32)`,
    );
  }
  const header = `{"alg":"HS256","kid":"${kid}","typ":"gw-id+jwt"}`;
  return { headerSegment: Buffer.from(header).toString("base64url"), key: createSecretKey(secret) };
}
