import { DOUBLED_HEADER, IdentityRequiredError, singleHeader } from "@triptych/identity";
import type { Identity } from "@triptych/identity";
import type { RequestRecord } from "@triptych/service-kit";
import type { Caller } from "@triptych/upstream-client";
import type { Request } from "express";

/** Who asks, from the verified identity alone, and what of the request travels on to the domain services. */
export function callerOf(identity: Identity, record: RequestRecord, req: Request): Caller {
  const txnToken = singleHeader(req.rawHeaders, "txn-token");
  if (txnToken === DOUBLED_HEADER) throw new IdentityRequiredError("doubled");
  const { traceId, flags } = record.trace;
  return {
    userId: identity.sub,
    requestId: identity.jti,
    txnToken,
    traceId,
    traceFlags: flags.toString(16).padStart(2, "0"),
  };
}
