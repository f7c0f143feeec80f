import { forwardedOf } from "@triptych/identity";
import type { Identity } from "@triptych/identity";
import type { RequestRecord } from "@triptych/service-kit";
import type { Caller } from "@triptych/upstream-client";
import type { Request } from "express";

/** Who asks, from the verified identity alone, and what of the request travels on to the domain services. */
export function callerOf(identity: Identity, { trace }: RequestRecord, req: Request): Caller {
  const traceFlags = trace.flags.toString(16).padStart(2, "0");
  return {
    ...forwardedOf(identity, req.rawHeaders),
    traceId: trace.traceId,
    traceFlags,
  };
}
