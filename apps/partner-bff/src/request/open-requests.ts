import type { ServerResponse } from "node:http";
import { beginRequest } from "@triptych/screen";
import type { CallScope, Caller, Clock, Random } from "@triptych/upstream-client";
import type { Request, Response } from "express";
import { mediaTypeOf } from "../endpoint/media-type.ts";
import type { Clients } from "../upstreams.ts";
import { PartnerRequest } from "./partner-request.ts";

/** The time that one request has, from its arrival, for all that it asks, ms. */
const DEADLINE_MS = 800;

export type OpenRequests = {
  /** A middleware: from here on the deadline runs, and a client that goes away ends the calls made for it. */
  readonly open: (req: Request, res: Response, next: () => void) => void;
  /** @throws Error when `open` did not see this request: it must be mounted in front */
  readonly of: (res: ServerResponse) => PartnerRequest;
  /** The response that answers a request. @throws Error as `of` does */
  readonly responseOf: (request: PartnerRequest) => ServerResponse;
};

export function openRequests(options: {
  readonly clients: (scope: CallScope) => Clients;
  readonly caller: (req: Request, res: Response) => Caller;
  readonly clock: Clock;
  readonly random: Random;
}): OpenRequests {
  const { clients } = options;
  const requests = new WeakMap<ServerResponse, PartnerRequest>();
  const responses = new WeakMap<PartnerRequest, ServerResponse>();
  return {
    open(req, res, next) {
      const { context } = beginRequest(req, res, DEADLINE_MS, options);
      const request = new PartnerRequest(context, { clients, mediaType: mediaTypeOf(req) });
      requests.set(res, request);
      responses.set(request, res);
      next();
    },
    of: (res) => present(requests.get(res)),
    responseOf: (request) => present(responses.get(request)),
  };
}

function present<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error("open() is not mounted in front of this route");
  return value;
}
