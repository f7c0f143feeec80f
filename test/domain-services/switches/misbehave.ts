import type { IncomingMessage, ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import { Problem, problemReply } from "../http/problem.ts";
import type { Reply } from "../http/reply.ts";
import { respond } from "../http/respond.ts";
import type { Breakable } from "../http/router.ts";
import type { OpenCall } from "./calls.ts";
import { damage } from "./damage.ts";
import type { Fault } from "./fault.ts";
import type { Break, Phase } from "./switches.ts";

/** Twice what the upstream client takes. */
const TOO_LARGE_BYTES = 2 * 1024 * 1024;

/** The answer that the `fail` switch gives; nothing was done. */
export function failure(status: number, retryAfterSeconds: number | undefined): Reply {
  const headers = retryAfterSeconds === undefined ? {} : { "retry-after": String(retryAfterSeconds) };
  return problemReply(new Problem(status, "switched-to-fail", "The service was told to fail.", { headers }));
}

/** A client that has read half an answer by then sees it cut; cut at once, the RST would overtake the headers. */
const RESET_AFTER_MS = 20;

/** What a fault needs of the call that it hits. */
export interface FaultyCall {
  request: IncomingMessage;
  response: ServerResponse;
  breakable: Breakable | undefined;
  call: OpenCall;
}

/** Answers in the way that the fault says, after the work was done. */
export function respondWithFault(call: FaultyCall, reply: Reply, outcome: Fault["outcome"]): void {
  if (outcome.kind === "reset") reset(call, reply, outcome.phase);
  else if (outcome.kind === "hang") hang(call, reply, outcome.phase);
  else if (outcome.kind === "break" && reply.status < 300) breakContract(call, reply, outcome.how);
  else respond(call.request, call.response, reply);
}

/** Sends an RST, not a FIN: what a crashed process or a middlebox does to its peer. */
function reset({ response, call }: FaultyCall, reply: Reply, phase: Phase): void {
  const cut = (): void => {
    call.cutByService();
    response.socket?.resetAndDestroy();
  };
  if (phase === "before-headers") cut();
  else writeHalf(response, reply, () => setTimeout(cut, RESET_AFTER_MS));
}

function hang({ response }: FaultyCall, reply: Reply, phase: Phase): void {
  if (phase === "mid-body") writeHalf(response, reply, () => undefined);
}

/** Announces the whole length and sends half of it. */
function writeHalf(response: ServerResponse, reply: Reply, then: () => void): void {
  const body = Buffer.from(reply.body);
  response.writeHead(reply.status, {
    ...reply.headers,
    "content-type": reply.mediaType,
    "content-length": body.length,
  });
  response.write(body.subarray(0, body.length >> 1), () => {
    then();
  });
}

function breakContract({ request, response, breakable, call }: FaultyCall, reply: Reply, how: Break): void {
  switch (how) {
    case "missing-field":
    case "wrong-type":
    case "unknown-enum":
    case "extra-fields":
      respond(request, response, breakable === undefined ? reply : damage(reply, how, breakable));
      return;
    case "not-json":
      send(
        response,
        200,
        { "content-type": reply.mediaType },
        "<!doctype html><title>Welcome to nginx!</title>",
      );
      return;
    case "wrong-media-type":
      send(response, 200, { "content-type": "text/html; charset=utf-8" }, reply.body);
      return;
    case "empty-204":
      response.writeHead(204).end();
      return;
    case "redirect":
      response.writeHead(302, { location: "/moved", "content-length": 0 }).end();
      return;
    case "compressed":
      send(
        response,
        200,
        { "content-type": reply.mediaType, "content-encoding": "gzip" },
        gzipSync(reply.body),
      );
      return;
    case "too-large":
      sendTooMuch(response, reply);
      return;
    case "truncated":
      call.cutByService();
      writeHalf(response, reply, () => response.socket?.end());
      return;
  }
}

function send(
  response: ServerResponse,
  status: number,
  headers: Record<string, string>,
  body: string | Buffer,
): void {
  response.writeHead(status, { ...headers, "content-length": Buffer.byteLength(body) }).end(body);
}

/** Valid JSON without a Content-Length, so that the reader has to count. */
function sendTooMuch(response: ServerResponse, reply: Reply): void {
  response.writeHead(200, { "content-type": reply.mediaType });
  response.write(reply.body);
  response.end(Buffer.alloc(TOO_LARGE_BYTES, " "));
}
