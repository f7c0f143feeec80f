import { systemClock } from "../clock.ts";
import type { Clock, Random } from "../clock.ts";
import type { RequestRecord } from "../requests/record.ts";
import type { Tracing } from "./otlp.ts";

/**
 * Bit 0 of the trace flags (W3C Trace Context, section 3.2.2.5): who began the trace records it.
 */
export function isSampled(record: RequestRecord): boolean {
  return (record.trace.flags & 1) === 1;
}

/**
 * Exports spans to an OpenTelemetry collector by OTLP over HTTP, or does nothing where there is no
 * address. The exporter is only loaded where it is needed, since loading it takes longer than the
 * rest of a BFF's start.
 * @param options.endpoint the collector's address, as `OTEL_EXPORTER_OTLP_ENDPOINT` has it:
 *   `http://collector:4318`
 */
export async function openTracing(options: {
  readonly name: string;
  readonly endpoint: string | undefined;
  readonly clock?: Clock;
  readonly random?: Random;
}): Promise<Tracing | undefined> {
  const { name, endpoint, clock = systemClock, random = Math.random } = options;
  if (endpoint === undefined) return undefined;
  const { exportTo } = await import("./otlp.ts");
  return exportTo(endpoint, { name, clock, random });
}
