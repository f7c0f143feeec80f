import { STATUS_CODES } from "node:http";
import type { Response } from "express";
import type { Outcome } from "@triptych/testing/switches";

/** What a route answers. */
export interface Reply {
  /** From 400 on, the body is problem details (RFC 9457). */
  status: number;
  /** JSON, sent as it is, so a stored answer is repeated byte for byte. */
  body: string;
  headers?: Readonly<Record<string, string>>;
  /** Whether the answer has an ETag, so that a caller which has it already gets 304. */
  isConditional?: boolean;
}

/** A value as JSON, with status 200. */
export const json = (value: unknown): Reply => ({ status: 200, body: JSON.stringify(value) });

/** What middleware notes about a call. */
export interface Locals {
  /** The user the request comes from; null if it names none. */
  caller?: string | null;
  /** What the switches do to the answer. */
  outcome?: Outcome;
  /** What the answer says of caching, if the switches decide it. */
  cacheControl?: string | undefined;
  /** Whether the service, not the client, cut the connection. */
  isCut?: boolean;
}

/** Express's response with what middleware noted. */
export type ServiceResponse = Response<unknown, Locals>;

const CODES: Readonly<Record<number, string>> = {
  400: "invalid-request",
  401: "identity-required",
  404: "not-found",
  405: "method-not-allowed",
  409: "conflict",
  410: "gone",
  413: "payload-too-large",
  415: "unsupported-media-type",
  422: "not-recorded",
  502: "upstream-unavailable",
};

/** Refuses a request. Thrown anywhere in a route, it is answered as problem details. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  /** @param options.code replaces the usual code of the status */
  constructor(
    status: number,
    detail: string,
    options: ErrorOptions & { code?: string; headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(detail, options);
    this.name = "Problem";
    this.status = status;
    this.code = options.code ?? CODES[status] ?? "internal";
    this.headers = options.headers ?? {};
  }

  /** The answer that tells the caller. */
  toReply(): Reply {
    const { status, code, message: detail } = this;
    const title = STATUS_CODES[status] ?? "Error";
    return {
      status,
      body: JSON.stringify({ type: `/problems/${code}`, title, status, detail }),
      headers: { "cache-control": "no-store", ...this.headers },
    };
  }
}

/** The media type of a reply. */
export const mediaTypeOf = ({ status }: Reply): string =>
  status < 400 ? "application/json" : "application/problem+json";

/** Sends a reply: 304 if the caller has it already, no body for HEAD. */
export function send(response: ServiceResponse, reply: Reply): void {
  const body = Buffer.from(reply.body);
  response.status(reply.status).set(reply.headers ?? {});
  // Express's own type() would add a charset, which these media types do not have.
  response.setHeader("content-type", mediaTypeOf(reply));
  // Express's send() adds the ETag. It also answers 304 to `If-None-Match: *`, even without an
  // ETag.
  if (reply.isConditional === true) response.send(body);
  else response.setHeader("content-length", body.length).end(body);
}
