import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import type { RequestHandler } from "express";
import { mediaTypeOf, Problem, send } from "../service/reply.ts";
import type { Locals, Reply, ServiceResponse } from "../service/reply.ts";
import type { CallRecord } from "./calls.ts";
import type { BREAKS, SwitchBoard } from "@triptych/testing/switches";

/**
 * Where a successful answer can be damaged: dotted paths, in which `*` is every element of a list.
 */
export interface Breakable {
  /** A member that the contract requires. */
  required: string;
  /** A member whose type can be wrong. */
  typed: string;
  /** A member with listed values. */
  enumerated: string;
  /**
   * Maps whose values the contract types: a member of another type would break the contract there.
   */
  maps?: readonly string[];
}

/** Twice what the upstream client takes. */
const TOO_LARGE_BYTES = 2 * 1024 * 1024;

/**
 * Time in which the client reads half an answer: an RST that is sent at once overtakes the headers.
 */
const RESET_AFTER_MS = 20;

const NOTHING = { delayMs: 0, outcome: { kind: "none" }, cacheControl: undefined } as const;

/**
 * Records every call and does what the switches say before the work is done: it delays, fails or
 * hangs. What they do to the answer is left to `sendAsTold`.
 */
export function misbehave(
  board: SwitchBoard,
  calls: CallRecord,
): RequestHandler<object, unknown, unknown, unknown, Locals> {
  return async (request, response, next) => {
    calls.begin(request, response);
    const { delayMs, outcome, cacheControl } = board.draw(request.path) ?? NOTHING;
    if (delayMs > 0) await Promise.race([sleep(delayMs, undefined, { ref: false }), once(response, "close")]);
    // If the caller has gone away meanwhile, the work is not done.
    if (response.destroyed) return;
    if (outcome.kind === "hang" && outcome.phase === "before-headers") return;
    if (outcome.kind === "fail") {
      const { status, retryAfterSeconds } = outcome;
      const headers = retryAfterSeconds === undefined ? {} : { "retry-after": String(retryAfterSeconds) };
      throw new Problem(status, "The service was told to fail.", { code: "switched-to-fail", headers });
    }
    response.locals.outcome = outcome;
    response.locals.cacheControl = cacheControl;
    next();
  };
}

/**
 * Sends a reply, lost or spoilt as the switches say. Only the contract of a success can be broken.
 */
export function sendAsTold(response: ServiceResponse, answer: Reply, breakable?: Breakable): void {
  const { outcome, cacheControl } = response.locals;
  const reply =
    cacheControl === undefined
      ? answer
      : { ...answer, headers: { ...answer.headers, "cache-control": cacheControl } };
  // An RST, not a FIN: that is what a crashed process or a middlebox sends to its peer.
  const reset = (): void => {
    response.locals.isCut = true;
    response.socket?.resetAndDestroy();
  };
  if (outcome?.kind === "reset" && outcome.phase === "before-headers") reset();
  else if (outcome?.kind === "reset") sendHalf(response, reply, () => setTimeout(reset, RESET_AFTER_MS));
  else if (outcome?.kind === "hang") sendHalf(response, reply);
  else if (outcome?.kind === "break" && reply.status < 300) BREAKERS[outcome.how](response, reply, breakable);
  else send(response, reply);
}

/** Announces the whole length and sends half of it. */
function sendHalf(response: ServiceResponse, reply: Reply, then: () => void = () => undefined): void {
  const body = Buffer.from(reply.body);
  const headers = { "content-type": mediaTypeOf(reply), "content-length": body.length };
  response.writeHead(reply.status, { ...reply.headers, ...headers });
  response.write(body.subarray(0, body.length >> 1), () => {
    then();
  });
}

type Breaker = (response: ServiceResponse, reply: Reply, breakable?: Breakable) => void;

const sendAs = (response: ServiceResponse, headers: Record<string, string>, body: string | Buffer): void =>
  void response.writeHead(200, { ...headers, "content-length": Buffer.byteLength(body) }).end(body);

/** How each way to break the contract sends a reply. */
const BREAKERS: Readonly<Record<(typeof BREAKS)[number], Breaker>> = {
  "missing-field": damaged(({ required }, document) =>
    change(document, required, (holder, member) => void delete holder[member]),
  ),
  "wrong-type": damaged(({ typed }, document) =>
    change(document, typed, (holder, member) => {
      holder[member] = typeof holder[member] === "string" ? 4_711 : "not what the contract says";
    }),
  ),
  "unknown-enum": damaged(({ enumerated }, document) =>
    change(document, enumerated, (holder, member) => {
      holder[member] = "a_value_of_next_year";
    }),
  ),
  "extra-fields": damaged(({ maps = [] }, document) => addFields(document, maps)),
  "not-json": (response, reply) =>
    sendAs(
      response,
      { "content-type": mediaTypeOf(reply) },
      "<!doctype html><title>Welcome to nginx!</title>",
    ),
  "wrong-media-type": (response, reply) =>
    sendAs(response, { "content-type": "text/html; charset=utf-8" }, reply.body),
  "empty-204": (response) => void response.writeHead(204).end(),
  redirect: (response) => void response.writeHead(302, { location: "/moved", "content-length": 0 }).end(),
  compressed: (response, reply) => {
    const headers = { "content-type": mediaTypeOf(reply), "content-encoding": "gzip" };
    sendAs(response, headers, gzipSync(reply.body));
  },
  "too-large": (response, reply) => {
    // Valid JSON without a Content-Length, so that the reader has to count.
    response.writeHead(200, { "content-type": mediaTypeOf(reply) }).write(reply.body);
    response.end(Buffer.alloc(TOO_LARGE_BYTES, " "));
  },
  truncated: (response, reply) => {
    response.locals.isCut = true;
    sendHalf(response, reply, () => response.socket?.end());
  },
};

/** Sends a reply after `damage` has changed its JSON. */
function damaged(damage: (breakable: Breakable, document: unknown) => void): Breaker {
  return (response, reply, breakable) => {
    const document: unknown = JSON.parse(reply.body);
    if (breakable !== undefined) damage(breakable, document);
    send(response, { ...reply, body: JSON.stringify(document) });
  };
}

type Container = Record<string, unknown>;

/**
 * Applies `edit` to every member that the path leads to. If a list on the way is empty, it applies
 * it to the list itself, so that the answer is broken for every user.
 */
function change(document: unknown, path: string, edit: (holder: Container, member: string) => void): void {
  const steps = path.split(".");
  const last = steps.pop() ?? "";
  let holders: unknown[] = [document];
  for (const step of steps) {
    holders = holders.flatMap((value) => {
      if (step === "*") return Array.isArray(value) ? value : [];
      return isContainer(value) ? [value[step]] : [];
    });
  }
  const containers = holders.filter(isContainer);
  if (containers.length > 0) for (const holder of containers) edit(holder, last);
  else if (isContainer(document)) edit(document, steps[0] ?? last);
}

/** Adds a member that no contract lists to every object that is no map. */
function addFields(value: unknown, maps: readonly string[]): void {
  if (Array.isArray(value)) for (const item of value) addFields(item, maps);
  else if (isContainer(value)) {
    for (const [name, member] of Object.entries(value)) if (!maps.includes(name)) addFields(member, maps);
    value["aFieldOfNextYear"] = { since: "2027-01-01", values: [1, "two", null] };
  }
}

function isContainer(value: unknown): value is Container {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
