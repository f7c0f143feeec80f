import { SpanKind, SpanStatusCode } from "@opentelemetry/api";
import type { Attributes, HrTime, SpanContext } from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BatchSpanProcessor } from "@opentelemetry/sdk-trace";
import type { ReadableSpan } from "@opentelemetry/sdk-trace";
import type { Clock, Random } from "../clock.ts";
import type { AttemptSpan, RequestRecord } from "../requests/record.ts";
import { newSpanId } from "../requests/trace-context.ts";

/**
 * Takes the spans of requests whose trace is sampled. Whatever becomes of them, no request notices.
 */
export interface Tracing {
  /** Whether to record a trace that starts here; one that started elsewhere says so itself. */
  readonly samplesNew: () => boolean;
  /** A request has ended. */
  readonly ended: (record: RequestRecord, status: number, durationMs: number) => void;
  /** Sends what is left, and gives up after a while. */
  close(): Promise<void>;
}

/**
 * The most spans that wait to be sent; more are dropped, so a collector that is down costs little.
 */
const MAX_QUEUED = 2_048;
/** How long one export may take, ms. */
const EXPORT_TIMEOUT_MS = 2_000;
/** The last export's time, in ms: a process has half a second to release what it holds. */
const CLOSE_TIMEOUT_MS = 400;

/** The recorded share of the traces that start here: enough to see a slow service, almost free. */
const NEW_TRACES_SHARE = 0.01;

/**
 * Hands finished spans to OpenTelemetry's own batching and exporter. Nothing is instrumented: the
 * spans are made of what is measured anyway.
 */
export function exportTo(
  endpoint: string,
  { name, clock, random }: { readonly name: string; readonly clock: Clock; readonly random: Random },
): Tracing {
  const processor = new BatchSpanProcessor({
    exporter: new OTLPTraceExporter({
      url: new URL("v1/traces", endpoint.endsWith("/") ? endpoint : `${endpoint}/`).href,
      timeoutMillis: EXPORT_TIMEOUT_MS,
    }),
    maxQueueSize: MAX_QUEUED,
    exportTimeoutMillis: EXPORT_TIMEOUT_MS,
  });
  const source = {
    resource: resourceFromAttributes({ "service.name": name }),
    instrumentationScope: { name: "triptych" },
    // Asked for at each span, so that spans have the right date again after the machine has it.
    get timeOrigin() {
      return clock.wallNow() - clock.now();
    },
    random,
  };
  return {
    samplesNew: () => random() < NEW_TRACES_SHARE,
    ended(record, status, durationMs) {
      for (const span of spansOf(record, status, durationMs, source)) processor.onEnd(span);
    },
    async close() {
      const late = new Promise<void>((resolve) => void clock.setTimer(CLOSE_TIMEOUT_MS, resolve, "unref"));
      // What cannot be sent is lost: a collector that is down keeps no process from ending.
      await Promise.race([processor.shutdown().catch(() => undefined), late]);
    },
  };
}

/** What is the same on all spans of a process. */
type SpanSource = Pick<ReadableSpan, "resource" | "instrumentationScope"> & {
  /** The date at which the process's clock was 0, ms since 1970. */
  readonly timeOrigin: number;
  /** For the ids of spans that no upstream was told. */
  readonly random: Random;
};

/**
 * The spans of one request: the request's own, one for each section of its screen, and one for each
 * attempt at an upstream, under the id that the upstream was told. They hold only names, numbers
 * and the request's id. Attributes follow OpenTelemetry's semantic conventions for HTTP.
 */
function spansOf(
  record: RequestRecord,
  status: number,
  durationMs: number,
  source: SpanSource,
): readonly ReadableSpan[] {
  const { trace, method, screen = "none", outcome, problem, startedAt, attempts, sections } = record;
  const context = (spanId: string): SpanContext => ({
    traceId: trace.traceId,
    spanId,
    traceFlags: trace.flags,
  });
  const own = context(trace.spanId);
  const server = {
    name: `${method} ${screen}`,
    kind: SpanKind.SERVER,
    context: own,
    parent: trace.parentSpanId === undefined ? undefined : { ...context(trace.parentSpanId), isRemote: true },
    startedAt,
    durationMs,
    // A 4xx is the client's (semantic conventions for HTTP spans, "Status").
    failed: status >= 500 || (outcome === "failed" && status < 400),
    attributes: {
      "http.request.method": method,
      "http.response.status_code": status,
      "triptych.screen": screen,
      "triptych.request_id": record.requestId,
      ...(outcome === undefined ? {} : { "triptych.outcome": outcome }),
      ...(problem === undefined ? {} : { "error.type": problem }),
    },
  };
  return [
    spanOf(server, source),
    ...sections.map((section) =>
      spanOf(
        {
          name: `section ${section.section}`,
          kind: SpanKind.INTERNAL,
          context: context(newSpanId(source.random)),
          parent: own,
          startedAt: section.startedAt ?? startedAt,
          durationMs: section.durationMs ?? durationMs,
          failed: section.outcome === "failed",
          attributes: {
            "triptych.screen": screen,
            "triptych.section": section.section,
            "triptych.outcome": section.outcome,
            ...(section.reason === undefined ? {} : { "triptych.reason": section.reason }),
          },
        },
        source,
      ),
    ),
    ...attempts.map((attempt) =>
      spanOf(
        {
          name: `${attempt.upstream}.${attempt.operation}`,
          kind: SpanKind.CLIENT,
          context: context(attempt.spanId),
          parent: own,
          startedAt: attempt.startedAt,
          durationMs: attempt.durationMs,
          failed: attempt.outcome !== "ok",
          attributes: attributesOf(attempt),
        },
        source,
      ),
    ),
  ];
}

function attributesOf({ upstream, method, status, outcome, address }: AttemptSpan): Attributes {
  const { hostname, port, protocol } = new URL(address);
  return {
    "http.request.method": method,
    "server.address": hostname,
    "server.port": Number(port) || (protocol === "https:" ? 443 : 80),
    "service.peer.name": upstream,
    ...(status === undefined ? {} : { "http.response.status_code": status }),
    ...(outcome === "ok" ? {} : { "error.type": outcome }),
  };
}

type SpanForm = {
  readonly name: string;
  readonly kind: SpanKind;
  readonly context: SpanContext;
  readonly parent: SpanContext | undefined;
  readonly startedAt: number;
  readonly durationMs: number;
  readonly failed: boolean;
  readonly attributes: Attributes;
};

function spanOf(form: SpanForm, { timeOrigin, resource, instrumentationScope }: SpanSource): ReadableSpan {
  const { name, kind, context, parent, startedAt, durationMs, failed, attributes } = form;
  return {
    name,
    kind,
    spanContext: () => context,
    ...(parent === undefined ? {} : { parentSpanContext: parent }),
    startTime: hrTime(timeOrigin + startedAt),
    endTime: hrTime(timeOrigin + startedAt + durationMs),
    duration: hrTime(durationMs),
    status: { code: failed ? SpanStatusCode.ERROR : SpanStatusCode.UNSET },
    attributes,
    links: [],
    events: [],
    ended: true,
    resource,
    instrumentationScope,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

/** Milliseconds as seconds and nanoseconds. */
function hrTime(ms: number): HrTime {
  const seconds = Math.floor(ms / 1_000);
  return [seconds, Math.round((ms - seconds * 1_000) * 1_000_000)];
}
