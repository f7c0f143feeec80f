import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { nameLayer, record } from "@triptych/service-kit";
import type { Clock, Metrics } from "@triptych/service-kit";
import type { Exchange } from "../exchange.ts";
import type { Route } from "../table/route.ts";
import type { Telemetry } from "../telemetry.ts";
import { failureRefusal } from "./failure.ts";
import { requestHeaders } from "./headers.ts";
import type { Instances } from "./instances.ts";
import { NOT_KEPT, sendAnswer } from "./send-answer.ts";
import type { Trailers } from "./send-answer.ts";
import { sendRequest, watchLifetime } from "./send-request.ts";
import { createTransforms } from "./transform.ts";

/** Where a target's requests go: to instances over the network, or to an app in this process. */
export type Target =
  | { readonly kind: "instances"; readonly instances: Instances }
  | { readonly kind: "app"; readonly app: RequestListener };

/** What forwarding needs. */
export interface ForwardOptions {
  readonly routes: readonly Route[];
  readonly targets: ReadonlyMap<string, Target>;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly telemetry: Telemetry;
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
  identity: readonly [name: string, value: string][],
) => Promise<void>;

/**
 * Creates the last step: it sends a request to its target and streams the answer to the client,
 * within the route's deadline.
 */
export function createForward(options: ForwardOptions): Forward {
  const { targets, clock, metrics, telemetry } = options;
  const transforms = createTransforms(options.routes);

  return async function forward(exchange, req, res, identity) {
    const { route, outgoing } = exchange;
    const target = targets.get(route.target);
    if (target === undefined) throw new Error(`the target ${route.target} has no address`);
    const entry = record(res);
    const leftMs = Math.max(1, Math.floor(route.deadlineMs - (clock.now() - entry.startedAt)));
    const headers = [
      ...requestHeaders(req.rawHeaders, outgoing.headers),
      ...identity,
      ["X-Request-Id", entry.requestId] as const,
      // The gateway has one span per request, so that span is the parent.
      ["traceparent", entry.traceparent(entry.trace.spanId)] as const,
      ["X-Request-Timeout-Ms", String(Math.max(1, leftMs - RETURN_TRIP_MS))] as const,
    ];
    const onFields = (fields: Trailers): void => telemetry.noteScreen(entry, route.name, fields);
    if (target.kind === "app") {
      passToApp(target.app, exchange, req, res, headers, onFields);
      return;
    }
    const transform = transforms.get(route.name);
    const lifetime = watchLifetime(res, clock, leftMs);
    const startedAt = clock.now();
    entry.upstreamCalls += 1;
    try {
      const answer = await sendRequest(target.instances, {
        method: req.method ?? "GET",
        path: outgoing.target,
        headers: (transform === undefined ? headers : headers.filter(isKeptForTransform)).flat(),
        body: outgoing.body.length === 0 ? null : outgoing.body,
        signal: lifetime.signal,
        ended: lifetime.ended,
      });
      const outcome = answer.ok ? `${Math.floor(answer.response.statusCode / 100)}xx` : answer.failure;
      const durationMs = clock.now() - startedAt;
      metrics.upstreams.attempt({ upstream: route.target, operation: route.name, outcome, durationMs });
      if (answer.ok) await sendAnswer(answer.response, route, req, res, { transform, lifetime, onFields });
      else if (answer.failure === "client-gone") res.destroy();
      else throw failureRefusal(answer.failure, route.target, answer.error);
    } finally {
      lifetime.finish();
    }
  };
}

/** Headers about the target's JSON, not about what a transform makes of it. */
const ABOUT_TARGETS_JSON = new Set(["accept-encoding", "if-none-match", "if-modified-since", "range"]);

function isKeptForTransform([name]: readonly [name: string, value: string]): boolean {
  return !ABOUT_TARGETS_JSON.has(name.toLowerCase());
}

/**
 * Gives a request to an app in this process, with exactly the headers that it would get over the
 * network: no credential of the client reaches it. The stream holds the body that was checked.
 */
function passToApp(
  app: RequestListener,
  { outgoing, route }: Exchange,
  req: IncomingMessage,
  res: ServerResponse,
  headers: readonly (readonly [name: string, value: string])[],
  onFields: (fields: Trailers) => void,
): void {
  const { host } = req.headers;
  const rawHeaders = headers.flat();
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
  watchApp(res, route.target, onFields);
  app(req, res);
}

/**
 * The app may set `Server-Timing` until it sends its headers, so the target's name is added then.
 * What is only for the gateway is taken off, as over the network.
 */
function watchApp(res: ServerResponse, target: string, onFields: (fields: Trailers) => void): void {
  const writeHead = res.writeHead.bind(res);
  res.writeHead = function named(status: number, ...rest: unknown[]) {
    res.writeHead = writeHead;
    nameLayer(res, target, status >= 400 ? `answered ${status}` : undefined);
    const outcome = res.getHeader("Screen-Outcome");
    if (outcome !== undefined) onFields({ "screen-outcome": String(outcome) });
    res.removeHeader("Screen-Outcome");
    Reflect.apply(writeHead, undefined, [status, ...rest]);
    return res;
  };
  const addTrailers = res.addTrailers.bind(res);
  res.addTrailers = (trailers: Trailers) => {
    const entries = Object.entries(trailers).map(([name, value]) => [name.toLowerCase(), value] as const);
    onFields(Object.fromEntries(entries));
    addTrailers(Object.fromEntries(entries.filter(([name]) => name !== "screen-outcome")));
  };
}
