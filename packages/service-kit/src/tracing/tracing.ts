import { systemClock } from "../clock.ts";
import type { Clock, Random } from "../clock.ts";
import type { RequestRecord } from "../requests/record.ts";

/** An attempt at a call to an upstream, as a span of its own. Times are on the process's clock, in milliseconds. */
export interface AttemptSpan {
  readonly upstream: string;
  readonly operation: string;
  readonly method: string;
  /** `ok`, or in one word what went wrong. */
  readonly outcome: string;
  readonly status: number | undefined;
  /** The upstream's address, as an origin. */
  readonly address: string;
  readonly spanId: string;
  readonly startedAt: number;
  readonly durationMs: number;
}

/** Takes the spans of requests whose trace is sampled. Whatever becomes of them, no request notices. */
export interface Tracing {
  /** Whether a trace that begins here is to be recorded; one that began elsewhere says so itself. */
  readonly samplesNew: () => boolean;
  /** A request has ended. */
  readonly ended: (record: RequestRecord, status: number, durationMs: number) => void;
  /** Sends what is left, and gives up after a while. */
  close(): Promise<void>;
}

/** Bit 0 of the trace flags (W3C Trace Context, section 3.2.2.5): who began the trace records it. */
export function isSampled(record: RequestRecord): boolean {
  return (record.trace.flags & 1) === 1;
}

/**
 * Exports spans to an OpenTelemetry collector by OTLP over HTTP, or does nothing where there is no address. The exporter is only
 * loaded where it is needed, since loading it takes longer than the rest of a BFF's start.
 * @param options.endpoint the collector's address, as `OTEL_EXPORTER_OTLP_ENDPOINT` has it: `http://collector:4318`
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
