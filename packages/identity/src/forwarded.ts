import { hash } from "node:crypto";
import type { Identity } from "./claims.ts";
import { IdentityRequiredError } from "./require-identity.ts";
import { DOUBLED_HEADER, singleHeader } from "./single-header.ts";

/** What the domain services get of a request's identity, and what keeps their answers apart. */
export type ForwardedIdentity = {
  /** Undefined for a visitor without a login. */
  readonly userId: string | undefined;
  readonly requestId: string;
  /** `Txn-Token` as it was received; undefined if none came, and for a visitor. */
  readonly txnToken: string | undefined;
  /**
   * What the caller may do for this user, if that is less than everything. Answers are shared only
   * between requests with the same authority.
   */
  readonly authority: string | undefined;
};

/** Visible ASCII, as a compact JWT is. Anything else could not be sent on as a header. */
const TXN_TOKEN = /^[\x21-\x7e]{1,8192}$/;

/**
 * @param identity what the gate verified
 * @param rawHeaders `IncomingMessage.rawHeaders`
 * @throws IdentityRequiredError if `Txn-Token` came more than once, or cannot be sent on
 */
export function forwardedOf(identity: Identity, rawHeaders: readonly string[]): ForwardedIdentity {
  const { userId, requestId } = identity;
  if (userId === undefined) return { userId, requestId, txnToken: undefined, authority: undefined };
  const txnToken = singleHeader(rawHeaders, "txn-token");
  if (txnToken === DOUBLED_HEADER) throw new IdentityRequiredError("doubled");
  if (txnToken !== undefined && !TXN_TOKEN.test(txnToken)) throw new IdentityRequiredError("malformed");
  return { userId, requestId, txnToken, authority: authorityOf(identity) };
}

/**
 * Two partners may act for the same user with different rights, and a user may do so in two
 * tenants, so what is answered to one of them is never shared with the other. It is a hash because
 * the claims may hold characters that a cache key may not.
 */
function authorityOf({ apiKeyId, scope, claims }: Identity): string | undefined {
  if (apiKeyId === undefined && scope === undefined && claims === undefined) return undefined;
  return hash("sha256", JSON.stringify([apiKeyId, scope, claims]), "base64url");
}
