import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { detectResources, envDetector, resourceFromAttributes } from "@opentelemetry/resources";
import { BatchSpanProcessor } from "@opentelemetry/sdk-trace";
import { randomUUID } from "node:crypto";
import { systemClock, within } from "../clock.ts";
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

/** The settings of tracing that every program reads, under OpenTelemetry's own names. */
export interface TracingSettings {
  /** The collector's address: `http://collector:4318`. Undefined: nothing is traced. */
  readonly OTEL_EXPORTER_OTLP_ENDPOINT: string | undefined;
  /** One of `SAMPLERS`. */
  readonly OTEL_TRACES_SAMPLER: string;
  /** For `parentbased_traceidratio` and `traceidratio`: the share, 0 to 1. */
  readonly OTEL_TRACES_SAMPLER_ARG: number;
  /** How long a batch of spans that is not full waits, ms. */
  readonly OTEL_BSP_SCHEDULE_DELAY: number;
}

/** Whose spans are sent, and how. */
export interface TracingOptions {
  readonly name: string;
  readonly version: string;
  readonly settings: TracingSettings;
  readonly clock?: Clock;
  readonly random?: Random;
}

/**
 * Hands finished spans to OpenTelemetry's own batching and exporter. Nothing is instrumented: the
 * spans are made of what is measured anyway.
 */
export function exportTo(
  endpoint: string,
  { name, version, settings, clock = systemClock, random = Math.random }: TracingOptions,
): Tracing {
  const { OTEL_TRACES_SAMPLER: sampler } = settings;
  /** The recorded share of the traces that start here, or of all. */
  const share = sampler.endsWith("traceidratio")
    ? settings.OTEL_TRACES_SAMPLER_ARG
    : Number(sampler.endsWith("always_on"));
  const processor = new BatchSpanProcessor({
    exporter: new OTLPTraceExporter({
      url: new URL("v1/traces", endpoint.endsWith("/") ? endpoint : `${endpoint}/`).href,
      timeoutMillis: EXPORT_TIMEOUT_MS,
    }),
    maxQueueSize: MAX_QUEUED,
    exportTimeoutMillis: EXPORT_TIMEOUT_MS,
    scheduledDelayMillis: settings.OTEL_BSP_SCHEDULE_DELAY,
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
    samplesContinued: sampler.startsWith("parentbased_")
      ? undefined
      : (traceId) => Number.parseInt(traceId.slice(-14, -1), 16) < share * 2 ** 52,
    ended(record, status, durationMs) {
      for (const span of spansOf(record, status, durationMs, source)) processor.onEnd(span);
    },
    async close() {
      // What cannot be sent is lost: a collector that is down keeps no process from ending.
      const sent = processor.shutdown().catch(() => undefined);
      await within(CLOSE_TIMEOUT_MS, clock, sent, undefined);
    },
  };
}
