import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { detectResources, envDetector, resourceFromAttributes } from "@opentelemetry/resources";
import { BatchSpanProcessor } from "@opentelemetry/sdk-trace";
import { randomUUID } from "node:crypto";
import { within } from "../clock.ts";
import type { Clock, Random } from "../clock.ts";
import type { RequestRecord } from "../requests/record.ts";
import { spansOf } from "./spans.ts";

/**
 * Takes the spans of requests whose trace is sampled. Whatever becomes of them, no request notices.
 */
export interface Tracing {
  /** Whether to record a trace that starts here. */
  readonly samplesNew: () => boolean;
  /** Whether to record one that started elsewhere. Undefined: as its caller does. */
  readonly samplesContinued: ((traceId: string) => boolean) | undefined;
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

/** How spans are sampled and sent. */
export interface TracingOptions {
  readonly name: string;
  readonly version: string;
  readonly clock: Clock;
  readonly random: Random;
  /** The recorded share of traces, 0 to 1: of those that start here, or of all. */
  readonly share: number;
  /** Whether a trace that started elsewhere is recorded as its caller does. */
  readonly followsCaller: boolean;
  /** How long a batch that is not full waits, ms. */
  readonly delayMs: number;
}

/**
 * Hands finished spans to OpenTelemetry's own batching and exporter. Nothing is instrumented: the
 * spans are made of what is measured anyway.
 */
export function exportTo(
  endpoint: string,
  { name, version, clock, random, share, followsCaller, delayMs }: TracingOptions,
): Tracing {
  const processor = new BatchSpanProcessor({
    exporter: new OTLPTraceExporter({
      url: new URL("v1/traces", endpoint.endsWith("/") ? endpoint : `${endpoint}/`).href,
      timeoutMillis: EXPORT_TIMEOUT_MS,
    }),
    maxQueueSize: MAX_QUEUED,
    exportTimeoutMillis: EXPORT_TIMEOUT_MS,
    scheduledDelayMillis: delayMs,
  });
  const source = {
    // What OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES say replaces what is known here.
    resource: resourceFromAttributes({
      "service.name": name,
      "service.version": version,
      "service.instance.id": randomUUID(),
    }).merge(detectResources({ detectors: [envDetector] })),
    instrumentationScope: { name: "triptych" },
    // Asked for at each span, so that spans have the right date again after the machine has it.
    get timeOrigin() {
      return clock.wallNow() - clock.now();
    },
    random,
  };
  return {
    samplesNew: () => random() < share,
    // By the random part of the trace's id, as far as a number holds it, so that all programs with
    // one share record the same traces.
    samplesContinued: followsCaller
      ? undefined
      : (traceId) => Number.parseInt(traceId.slice(-14, -1), 16) < share * 2 ** 52,
    ended(record, status, durationMs) {
      for (const span of spansOf(record, status, durationMs, source)) processor.onEnd(span);
    },
    async close() {
      // What cannot be sent is lost: a collector that is down keeps no process from ending.
      await within(
        CLOSE_TIMEOUT_MS,
        clock,
        processor.shutdown().catch(() => undefined),
        undefined,
      );
    },
  };
}
