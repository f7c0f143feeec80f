import type { ServerResponse } from "node:http";
import { beginRequest } from "@triptych/screen";
import type { CallScope, Caller, Clock, Random } from "@triptych/upstream-client";
import type { Request, Response } from "express";
import { mediaTypeOf } from "../endpoint/media-type.ts";
import type { Clients } from "../upstreams.ts";
import { PartnerRequest } from "./partner-request.ts";

/** The time that one request has, from its arrival, for all that it asks, ms. */
const DEADLINE_MS = 800;

/** A property of the response, which goes with it; why no WeakMap: see service-kit's record of a request. */
const OPEN = Symbol("what this response answers");

declare module "node:http" {
  interface ServerResponse {
    [OPEN]?: PartnerRequest;
  }
}

export type OpenRequests = {
  /** A middleware: from here on the deadline runs, and a client that goes away ends the calls made for it. */
  readonly open: (req: Request, res: Response, next: () => void) => void;
  /** @throws Error when `open` did not see this request: it must be mounted in front */
  readonly of: (res: ServerResponse) => PartnerRequest;
};

export function openRequests(options: {
  readonly clients: (scope: CallScope) => Clients;
  readonly caller: (req: Request, res: Response) => Caller;
  readonly clock: Clock;
  readonly random: Random;
}): OpenRequests {
  const { clients } = options;
  return {
    open(req, res, next) {
      const { context } = beginRequest(req, res, DEADLINE_MS, options);
      res[OPEN] = new PartnerRequest(context, { clients, mediaType: mediaTypeOf(req), response: res });
      next();
    },
    of: (res) => {
      const request = res[OPEN];
      if (request === undefined) throw new Error("open() is not mounted in front of this route");
      return request;
    },
  };
}
