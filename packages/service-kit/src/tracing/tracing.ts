import { traceEndpoint } from "../settings/addresses.ts";
import { choice, number } from "../settings/read-settings.ts";
import type { RequestRecord } from "../requests/record.ts";
import type { Tracing, TracingOptions } from "./otlp.ts";

/**
 * Bit 0 of the trace flags (W3C Trace Context, section 3.2.2.5): who began the trace records it.
 */
export function isSampled(record: RequestRecord): boolean {
  return (record.trace.flags & 1) === 1;
}

/** OpenTelemetry's own. The first three follow the caller's decision, and decide of new traces. */
const SAMPLERS = [
  "parentbased_traceidratio",
  "parentbased_always_on",
  "parentbased_always_off",
  "traceidratio",
  "always_on",
  "always_off",
] as const;

/** Enough of the new traces to see a slow service, almost free. */
const NEW_TRACES_SHARE = 0.01;
/** The default of OpenTelemetry, ms. */
const BATCH_DELAY_MS = 5_000;

/** Declares what tracing reads from the environment. */
export function tracingSettings() {
  return {
    OTEL_EXPORTER_OTLP_ENDPOINT: traceEndpoint(),
    OTEL_TRACES_SAMPLER: choice(SAMPLERS, {
      default: "parentbased_traceidratio",
      about: "which traces are recorded, where parentbased_ follows the caller's decision",
    }),
    OTEL_TRACES_SAMPLER_ARG: number({
      least: 0,
      most: 1,
      default: NEW_TRACES_SHARE,
      about: "the recorded share, for parentbased_traceidratio and traceidratio",
    }),
    OTEL_BSP_SCHEDULE_DELAY: number({
      least: 0,
      most: 60_000,
      default: BATCH_DELAY_MS,
      about: "how long a batch of spans that is not full waits, ms",
    }),
  };
}

/**
 * Exports spans to an OpenTelemetry collector by OTLP over HTTP, or does nothing where there is no
 * address. The exporter is only loaded where it is needed, since loading it takes longer than the
 * rest of a BFF's start.
 */
export async function openTracing(options: TracingOptions): Promise<Tracing | undefined> {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint } = options.settings;
  if (endpoint === undefined) return undefined;
  const { exportTo } = await import("./otlp.ts");
  return exportTo(endpoint, options);
}
