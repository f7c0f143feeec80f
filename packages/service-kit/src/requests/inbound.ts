import type { IncomingMessage, ServerResponse } from "node:http";
import { systemClock, type Clock, type Random } from "../clock.ts";
import type { Logger } from "../logging/logger.ts";
import type { Metrics } from "../metrics/metrics.ts";
import { dropTypeParameters, hasBody, holdBody, isChunked } from "./body.ts";
import { MAX_BODY_BYTES, refusalOf, refuse, TOO_LARGE } from "./limits.ts";
import type { InboundRefusal } from "./limits.ts";
import { findRecord, isRequestId, nameLayer, newRequestId, RequestRecord, waitedMs } from "./record.ts";
import { isSampled } from "../tracing/tracing.ts";
import type { Tracing } from "../tracing/otlp.ts";
import { continueTrace } from "./trace-context.ts";

/** The status in log and metrics when the client left before the answer (nginx's number). */
const CLIENT_LEFT = 499;

/** Headers of every answer. */
export const EVERY_ANSWER = { "X-Content-Type-Options": "nosniff" } as const;

export interface InboundOptions {
  /** This layer's name in refusals. */
  readonly name: string;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly clock?: Clock;
  /** For trace and span ids. Default `Math.random`. */
  readonly random?: Random;
  /** Where sampled requests are traced. */
  readonly tracing?: Tracing | undefined;
  /** Whether a request whose trace starts here is sampled, whatever `tracing` says of it. */
  readonly isTraced?: (req: IncomingMessage) => boolean;
}

/**
 * The first middleware of every app: request id, trace, inbound limits, one log line and one
 * measurement per request. When another app of this process has already admitted the request and
 * passed it on, that app logs and counts it, and both write to the same record. Its `begin` is for
 * a way around the middlewares.
 */
export function inbound({
  name,
  logger,
  metrics,
  clock = systemClock,
  random = Math.random,
  tracing,
  isTraced,
}: InboundOptions) {
  const tools = { logger, metrics, tracing };

  // One listener for all requests: what differs is in the record.
  function finish(this: ServerResponse): void {
    const record = findRecord(this);
    if (record === undefined) return;
    const durationMs = clock.now() - record.startedAt;
    // The app learns from this same event that the client left: its report comes a turn later.
    if (this.writableFinished) account(this, record, durationMs, tools);
    else setImmediate(() => account(this, record, durationMs, tools));
  }

  function refuseHere(req: IncomingMessage, res: ServerResponse, { by, problem }: InboundRefusal): void {
    nameLayer(res, name, by);
    refuse(req, res, problem, clock);
  }

  function open(req: IncomingMessage, res: ServerResponse, requestId: string): RequestRecord {
    res.on("close", finish);
    return new RequestRecord(res, {
      requestId,
      trace: continueTrace(single(req.headers["traceparent"]), {
        state: single(req.headers["tracestate"]),
        samplesNew: () => isTraced?.(req) === true || tracing?.samplesNew() === true,
        samplesContinued: tracing?.samplesContinued,
        random,
      }),
      method: req.method ?? "",
      startedAt: clock.now() - waitedMs(res),
    });
  }

  /**
   * Begins a request of which everything is in order, and sets no header.
   * @returns undefined for any other, and for one that was begun already: that is for `admit`
   */
  function begin(req: IncomingMessage, res: ServerResponse, requestId: string): RequestRecord | undefined {
    const isOdd = hasBody(req) || refusalOf(req, scan(req.rawHeaders)) !== undefined;
    return isOdd || findRecord(res) !== undefined ? undefined : open(req, res, requestId);
  }

  function admit(req: IncomingMessage, res: ServerResponse, next: () => void): void {
    const { requestId, ...counted } = scan(req.rawHeaders);
    const begun = findRecord(res);
    const record = begun ?? open(req, res, requestId ?? newRequestId());
    res.removeHeader("X-Powered-By");
    for (const [name, value] of Object.entries(EVERY_ANSWER)) res.setHeader(name, value);
    res.setHeader("X-Request-Id", record.requestId);
    if (begun !== undefined) return next();

    const refusal = refusalOf(req, counted);
    if (refusal !== undefined) {
      // RFC 9110, section 15.5.16: say which codings would do.
      if (req.headers["content-encoding"] !== undefined) res.setHeader("Accept-Encoding", "identity");
      return refuseHere(req, res, refusal);
    }
    dropTypeParameters(req);
    if (!isChunked(req)) return next();
    holdBody(req, MAX_BODY_BYTES, (body) => {
      if (body === undefined) refuseHere(req, res, TOO_LARGE);
      else next();
    });
  }
  return Object.assign(admit, { begin });
}

/**
 * Logs and counts a request that was not begun, because its client left while it waited.
 * @param waitedMs how long it did
 */
export function accountUnbegun(
  req: IncomingMessage,
  res: ServerResponse,
  waitedMs: number,
  tools: Pick<InboundOptions, "logger" | "metrics">,
): void {
  const record = new RequestRecord(res, {
    requestId: scan(req.rawHeaders).requestId ?? newRequestId(),
    trace: continueTrace(single(req.headers["traceparent"])),
    method: req.method ?? "",
    startedAt: 0,
  });
  account(res, record, waitedMs, { ...tools, tracing: undefined });
}

/** Reads the raw headers once: it counts two, and finds the request id if exactly one is valid. */
function scan(rawHeaders: readonly string[]) {
  let [hosts, contentTypes, ids] = [0, 0, 0];
  let requestId: string | undefined;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? "";
    // The length first: most names need no lower-casing.
    if (name.length !== 4 && name.length !== 12) continue;
    const lower = name.toLowerCase();
    if (lower === "host") hosts += 1;
    else if (lower === "content-type") contentTypes += 1;
    else if (lower === "x-request-id") {
      ids += 1;
      requestId = rawHeaders[index + 1];
    }
  }
  const usable = ids === 1 && requestId !== undefined && isRequestId(requestId);
  return { hosts, contentTypes, requestId: usable ? requestId : undefined };
}

function single(header: string | string[] | undefined): string | undefined {
  return typeof header === "string" ? header : undefined;
}

function account(
  res: ServerResponse,
  record: RequestRecord,
  durationMs: number,
  { logger, metrics, tracing }: Pick<InboundOptions, "logger" | "metrics" | "tracing">,
): void {
  const aborted = !res.writableFinished && !record.answered;
  const status = res.headersSent ? res.statusCode : CLIENT_LEFT;
  const traced = tracing !== undefined && isSampled(record);
  metrics.observeRequest(
    record.screen,
    record.method,
    status,
    durationMs,
    traced ? record.trace.traceId : undefined,
  );
  if (traced) tracing.ended(record, status, durationMs);
  metrics.countScreen(record);
  // Names and numbers only. Paths, parameters, addresses, users and user agents are personal data.
  logger.info(
    {
      // First, so that no note can replace a field of the kit's own.
      ...record.notes,
      requestId: record.requestId,
      traceId: record.trace.traceId,
      method: record.method,
      screen: record.screen ?? "none",
      outcome: record.outcome,
      status,
      durationMs: Math.round(durationMs * 1_000) / 1_000,
      upstreamCalls: record.upstreamCalls,
      upstreams: record.upstreams,
      degraded: record.degraded,
      problem: record.problem,
      aborted: aborted || undefined,
    },
    "request",
  );
}
