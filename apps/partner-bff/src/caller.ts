import { hash } from "node:crypto";
import { DOUBLED_HEADER, IdentityRequiredError, singleHeader } from "@triptych/identity";
import type { Identity } from "@triptych/identity";
import type { RequestRecord } from "@triptych/service-kit";
import type { Caller } from "@triptych/upstream-client";
import type { Request } from "express";

/** Visible ASCII, as a compact JWT is; anything else could not travel on. */
const TOKEN = /^[\x21-\x7e]+$/;

/** Who asks, from the verified identity alone, and what of the request travels on to the domain services. */
export function callerOf(identity: Identity, record: RequestRecord, req: Request): Caller {
  const txnToken = singleHeader(req.rawHeaders, "txn-token");
  if (txnToken === DOUBLED_HEADER) throw new IdentityRequiredError("doubled");
  if (txnToken !== undefined && !TOKEN.test(txnToken)) throw new IdentityRequiredError("malformed");
  const { traceId, flags } = record.trace;
  return {
    userId: identity.sub,
    requestId: identity.jti,
    txnToken,
    traceId,
    traceFlags: flags.toString(16).padStart(2, "0"),
    authority: authorityOf(identity),
  };
}

/**
 * Two partners may act for one user, and may do different things: what one of them is answered is never shared with the other. A hash,
 * since what the claims hold is not bound to what a key may hold.
 */
function authorityOf({ cid, scope }: Identity): string | undefined {
  if (cid === undefined && scope === undefined) return undefined;
  return hash("sha256", JSON.stringify([cid, scope]), "base64url");
}
