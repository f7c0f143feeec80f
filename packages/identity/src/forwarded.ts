import { hash } from "node:crypto";
import type { Identity } from "./claims.ts";
import { IdentityRequiredError } from "./require-identity.ts";
import { DOUBLED_HEADER, singleHeader } from "./single-header.ts";

/** What of a request's identity travels on to the domain services, and keeps their answers apart. */
export type Forwarded = {
  readonly userId: string;
  readonly requestId: string;
  /** `Txn-Token` as received; undefined where none came. */
  readonly txnToken: string | undefined;
  /** What the caller may do for this user, where that is less than everything: answers are shared only under the same. */
  readonly authority: string | undefined;
};

/** Visible ASCII, as a compact JWT is; anything else could not travel on as a header. */
const TXN_TOKEN = /^[\x21-\x7e]{1,8192}$/;

/**
 * @param identity what the gate verified
 * @param rawHeaders `IncomingMessage.rawHeaders`
 * @throws IdentityRequiredError when `Txn-Token` stands more than once, or is not one
 */
export function forwardedOf(identity: Identity, rawHeaders: readonly string[]): Forwarded {
  const txnToken = singleHeader(rawHeaders, "txn-token");
  if (txnToken === DOUBLED_HEADER) throw new IdentityRequiredError("doubled");
  if (txnToken !== undefined && !TXN_TOKEN.test(txnToken)) throw new IdentityRequiredError("malformed");
  return {
    userId: identity.userId,
    requestId: identity.requestId,
    txnToken,
    authority: authorityOf(identity),
  };
}

/**
 * Two partners may act for one user, and may do different things: what one of them is answered is never shared with the other. A hash,
 * since what the claims hold is not bound to what a key may hold.
 */
function authorityOf({ apiKeyId, scope }: Identity): string | undefined {
  if (apiKeyId === undefined && scope === undefined) return undefined;
  return hash("sha256", JSON.stringify([apiKeyId, scope]), "base64url");
}
