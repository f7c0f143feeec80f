import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { nameLayer, record } from "@triptych/service-kit";
import type { Clock, Metrics } from "@triptych/service-kit";
import type { Exchange } from "../exchange.ts";
import type { Shadow } from "../shadow/shadow.ts";
import type { Route } from "../table/route.ts";
import type { Telemetry } from "../telemetry.ts";
import { requestHeaders } from "./headers.ts";
import type { Fields } from "./headers.ts";
import type { Instances } from "./instances.ts";
import { leadVisitorToLogin, NOT_KEPT, SentAnswer } from "./send-answer.ts";
import { SentRequest } from "./send-request.ts";
import { createTransforms } from "./transform.ts";

/** Where a target's requests go: to instances over the network, or to an app in this process. */
export type Target =
  | { readonly kind: "instances"; readonly instances: Instances }
  | { readonly kind: "app"; readonly app: RequestListener };

/** What forwarding needs. */
export interface ForwardOptions {
  readonly routes: readonly Route[];
  readonly targets: ReadonlyMap<string, Target>;
  /** The targets that answer screens. */
  readonly bffs: ReadonlySet<string>;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly telemetry: Telemetry;
  readonly shadow: Shadow;
}

/**
 * Milliseconds by which the target's deadline is shorter than ours, so that its answer arrives in
 * time. The upstream client has the same number; neither package may import the other.
 */
const RETURN_TRIP_MS = 10;

/** Forwards one request. It throws a `Refusal` when the target brings no answer. */
export type Forward = (
  exchange: Exchange,
  req: IncomingMessage,
  res: ServerResponse,
  /** Makes a request's identity: names and values in turn. */
  identityOf: (requestId: string) => readonly string[],
) => Promise<void>;

/**
 * Creates the last step: it sends a request to its target and streams the answer to the client,
 * within the route's deadline.
 */
export function createForward(options: ForwardOptions): Forward {
  const { targets, bffs, clock, metrics, telemetry, shadow } = options;
  const transforms = createTransforms(options.routes);

  return async function forward(exchange, req, res, identityOf) {
    const { route, outgoing } = exchange;
    const target = targets.get(route.target);
    if (target === undefined) throw new Error(`the target ${route.target} has no address`);
    const entry = record(res);
    const leftMs = Math.max(1, Math.floor(route.deadlineMs - (clock.now() - entry.startedAt)));
    const transform = transforms.get(route.name);
    const dropped = transform === undefined ? NONE : ABOUT_TARGETS_JSON;
    const headersOf = (requestId: string, withinMs: number, without: ReadonlySet<string>): string[] => [
      ...requestHeaders(req.rawHeaders, outgoing.headers, without),
      ...identityOf(requestId),
      "X-Request-Id",
      requestId,
      "X-Request-Timeout-Ms",
      String(Math.max(1, withinMs - RETURN_TRIP_MS)),
    ];
    const headers = headersOf(entry.requestId, leftMs, dropped);
    // The gateway has one span per request, so that span is the parent.
    headers.push("traceparent", entry.traceparent(entry.trace.spanId));
    const onFields = (fields: Fields): void => telemetry.noteScreen(entry, route.name, fields);
    if (target.kind === "app") {
      passToApp(target.app, exchange, req, res, headers, onFields);
      return;
    }
    const startedAt = clock.now();
    const onOutcome = (outcome: string, status?: number): void => {
      const durationMs = clock.now() - startedAt;
      const of = { upstream: route.target, operation: route.name, kind: "first" };
      metrics.upstreams.attempt({ ...of, outcome, status, durationMs });
    };
    entry.upstreamCalls += 1;
    // Also where a page is cut: its status is 200, and its trailers are lost.
    const onFailed = (): void => {
      if (bffs.has(route.target)) entry.outcome = "failed";
    };
    const body = outgoing.body.length === 0 ? null : outgoing.body;
    const request = { method: req.method ?? "GET", path: outgoing.target, headers, body };
    await new Promise<void>((resolve, reject) => {
      const done = (error?: unknown): void => {
        cancel();
        if (error === undefined) resolve();
        else reject(error);
      };
      const answer = new SentAnswer({ exchange, req, res, transform, onOutcome, onFields, onFailed, done });
      const first = {
        route,
        requestId: entry.requestId,
        path: request.path,
        // It starts a trace of its own, and is not asked for what cannot be compared.
        headersOf: (id: string) => headersOf(id, route.deadlineMs, ABOUT_TARGETS_JSON),
      };
      const receiver = request.method === "GET" && body === null ? shadow(first, answer) : answer;
      const sent = new SentRequest(target.instances, request, receiver);
      const cancel = clock.setTimer(leftMs, () => sent.end("late"), "unref");
      res.once("close", () => sent.end("client-gone"));
      if (res.destroyed) sent.end("client-gone");
      else sent.send();
    });
  };
}

const NONE: ReadonlySet<string> = new Set();
/** Headers about the target's JSON, not about what a transform makes of it. */
const ABOUT_TARGETS_JSON = new Set(["accept-encoding", "if-none-match", "if-modified-since", "range"]);

/**
 * Gives a request to an app in this process, with exactly the headers that it would get over the
 * network: no credential of the client reaches it. The stream holds the body that was checked.
 */
function passToApp(
  app: RequestListener,
  exchange: Exchange,
  req: IncomingMessage,
  res: ServerResponse,
  rawHeaders: string[],
  onFields: (fields: Fields) => void,
): void {
  const { outgoing } = exchange;
  const { host } = req.headers;
  if (host !== undefined) rawHeaders.push("host", host);
  if (outgoing.body.length > 0) rawHeaders.push("content-length", String(outgoing.body.length));
  req.rawHeaders.splice(0, Infinity, ...rawHeaders);
  for (const name of Object.keys(req.headers)) delete req.headers[name];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? "").toLowerCase();
    const earlier = req.headers[name];
    const value = rawHeaders[index + 1] ?? "";
    req.headers[name] = typeof earlier === "string" ? `${earlier}, ${value}` : value;
  }
  req.url = outgoing.target;
  // The app replaces it.
  res.setHeader("Cache-Control", NOT_KEPT);
  watchApp(res, exchange, onFields);
  app(req, res);
}

/**
 * The app may set `Server-Timing` until it sends its headers, so the target's name is added then.
 * What is only for the gateway is taken off, as over the network.
 */
function watchApp(res: ServerResponse, exchange: Exchange, onFields: (fields: Fields) => void): void {
  const { target } = exchange.route;
  const writeHead = res.writeHead.bind(res);
  res.writeHead = function named(status: number, ...rest: unknown[]) {
    res.writeHead = writeHead;
    nameLayer(res, target, status >= 400 ? `answered ${status}` : undefined);
    const outcome = res.getHeader("Screen-Outcome");
    if (outcome !== undefined) onFields({ "screen-outcome": String(outcome) });
    res.removeHeader("Screen-Outcome");
    Reflect.apply(writeHead, undefined, [leadVisitorToLogin(status, exchange, res), ...rest]);
    return res;
  };
  const addTrailers = res.addTrailers.bind(res);
  res.addTrailers = (trailers: Fields) => {
    const entries = Object.entries(trailers).map(([name, value]) => [name.toLowerCase(), value] as const);
    onFields(Object.fromEntries(entries));
    addTrailers(Object.fromEntries(entries.filter(([name]) => name !== "screen-outcome")));
  };
}
