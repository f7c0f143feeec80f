import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { nameLayer, record } from "@triptych/service-kit";
import type { Clock, Metrics } from "@triptych/service-kit";
import type { Dispatcher } from "undici";
import type { Exchange } from "../exchange.ts";
import { hasBody } from "../policies/read-request.ts";
import type { Route } from "../table/route.ts";
import { requestHeaders, responseHeaders } from "./headers.ts";
import { failureOf, failureRefusal } from "./instances.ts";
import type { Instances } from "./instances.ts";
import { sendRequest, watchLifetime } from "./send-request.ts";
import type { Lifetime } from "./send-request.ts";
import { createTransforms, readAnswer } from "./transform.ts";
import type { Transform } from "./transform.ts";

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
}

/** Node warns at more than ten. */
const MOST_LISTENERS = 16;

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
  const { targets, clock, metrics } = options;
  const transforms = createTransforms(options.routes);

  return async function forward(exchange, req, res, identity) {
    const { route } = exchange;
    const target = targets.get(route.target);
    if (target === undefined) throw new Error(`the target ${route.target} has no address`);
    const entry = record(res);
    const leftMs = Math.max(1, Math.floor(route.deadlineMs - (clock.now() - entry.startedAt)));
    const ownHeaders: [string, string][] = [
      ...identity,
      ["X-Request-Id", entry.requestId],
      // The gateway has one span per request, so that span is the parent.
      ["traceparent", entry.traceparent(entry.trace.spanId)],
      ["X-Request-Timeout-Ms", String(Math.max(1, leftMs - RETURN_TRIP_MS))],
    ];
    if (target.kind === "app") {
      passToApp(target.app, exchange, req, res, ownHeaders);
      return;
    }
    const transform = transforms.get(route.name);
    const lifetime = watchLifetime(res, clock, leftMs);
    const startedAt = clock.now();
    entry.upstreamCalls += 1;
    try {
      const answer = await sendRequest(target.instances, {
        method: req.method ?? "GET",
        path: exchange.forwardedTarget,
        headers: [...headersFor(req, exchange, transform), ...ownHeaders.flat()],
        body: exchange.body ?? (hasBody(req) ? req : null),
        signal: lifetime.signal,
        ended: lifetime.ended,
      });
      const outcome = answer.ok ? `${Math.floor(answer.response.statusCode / 100)}xx` : answer.failure;
      const durationMs = clock.now() - startedAt;
      metrics.upstreams.attempt({ upstream: route.target, operation: route.name, outcome, durationMs });
      if (answer.ok) await sendAnswer(answer.response, route, req, res, transform, lifetime);
      else if (answer.failure === "client-gone") res.destroy();
      else throw failureRefusal(answer.failure, route.target, answer.error);
    } finally {
      lifetime.finish();
    }
  };
}

function headersFor(req: IncomingMessage, exchange: Exchange, transform: Transform | undefined): string[] {
  const headers = requestHeaders(req.rawHeaders);
  const length = req.headers["content-length"];
  // undici sets the length of a body that was read; a streamed body keeps the client's.
  if (exchange.body === undefined && hasBody(req) && length !== undefined)
    headers.push("Content-Length", length);
  if (transform === undefined) return headers;
  // They are about the target's JSON, not about what the transform makes of it.
  const dropped = new Set(["accept-encoding", "if-none-match", "if-modified-since", "range"]);
  return headers.filter((_, index) => !dropped.has((headers[index - (index % 2)] ?? "").toLowerCase()));
}

async function sendAnswer(
  response: Dispatcher.ResponseData,
  route: Route,
  req: IncomingMessage,
  res: ServerResponse,
  transform: Transform | undefined,
  lifetime: Lifetime,
): Promise<void> {
  const { statusCode, body } = response;
  // `pipeline` reports a broken body. Without this listener the error event would end the process.
  body.on("error", () => undefined);
  try {
    const transformed = statusCode === 200 ? transform : undefined;
    const content =
      transformed === undefined || req.method === "HEAD"
        ? undefined
        : await transformed(await readAnswer(body));
    res.statusCode = statusCode;
    for (const [name, value] of responseHeaders(rawOf(response.headers))) {
      if (transformed === undefined || !ABOUT_CONTENT.has(name.toLowerCase())) res.appendHeader(name, value);
    }
    if (transformed !== undefined) res.setHeader("Content-Type", "application/json");
    nameLayer(res, route.target, statusCode >= 400 ? `answered ${statusCode}` : undefined);
    if (content === undefined) {
      // The kit, the gateway and pipeline() add eleven listeners; this is not a leak.
      res.setMaxListeners(MOST_LISTENERS);
      await pipeline(body, res);
    } else {
      res.setHeader("Content-Length", content.length);
      res.end(content);
    }
  } catch (error) {
    body.destroy();
    // A truncated answer must not look complete.
    if (res.headersSent) res.destroy();
    if (res.destroyed) return;
    const failure = failureOf(error, lifetime.ended());
    if (failure === "client-gone") res.destroy();
    else if (failure === "late" || failure === "broken") throw failureRefusal(failure, route.target, error);
    else throw error;
  }
}

/** Headers about the target's content, which do not apply to a transformed answer. */
const ABOUT_CONTENT = new Set([
  "content-length",
  "content-type",
  "content-encoding",
  "content-range",
  "accept-ranges",
  "etag",
  "last-modified",
]);

/**
 * undici's types say that headers are an object. With `responseHeaders: "raw"` they are a list,
 * which keeps repeated headers apart.
 */
function rawOf(headers: unknown): string[] {
  const list: unknown[] = Array.isArray(headers) ? headers : [];
  return list.map(String);
}

/**
 * Gives a request to an app in this process, with exactly the headers that it would get over the
 * network: no credential of the client reaches it.
 */
function passToApp(
  app: RequestListener,
  exchange: Exchange,
  req: IncomingMessage,
  res: ServerResponse,
  ownHeaders: readonly [name: string, value: string][],
): void {
  const kept = requestHeaders(req.rawHeaders);
  for (const name of ["host", "content-length", "transfer-encoding"]) {
    const value = req.headers[name];
    if (typeof value === "string") kept.push(name, value);
  }
  const rawHeaders = [...kept, ...ownHeaders.flat()];
  req.rawHeaders.splice(0, Infinity, ...rawHeaders);
  for (const name of Object.keys(req.headers)) delete req.headers[name];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? "").toLowerCase();
    const earlier = req.headers[name];
    const value = rawHeaders[index + 1] ?? "";
    req.headers[name] = typeof earlier === "string" ? `${earlier}, ${value}` : value;
  }
  req.url = exchange.forwardedTarget;
  nameWhenAnswered(res, exchange.route.target);
  app(req, res);
}

/**
 * The app may set `Server-Timing` until it sends its headers, so the target's name is added then.
 */
function nameWhenAnswered(res: ServerResponse, target: string): void {
  const writeHead = res.writeHead.bind(res);
  res.writeHead = function named(status: number, ...rest: unknown[]) {
    res.writeHead = writeHead;
    nameLayer(res, target, status >= 400 ? `answered ${status}` : undefined);
    Reflect.apply(writeHead, undefined, [status, ...rest]);
    return res;
  };
}
