import type { Random } from "../clock.ts";

/** One request's place in a trace (W3C Trace Context, level 2). */
export interface TraceContext {
  /** 32 lower-case hex digits. */
  readonly traceId: string;
  /** The caller's span, 16 lower-case hex digits; `undefined` where the trace starts here. */
  readonly parentSpanId: string | undefined;
  /** This request's own span. */
  readonly spanId: string;
  /** Bit 0: sampled. Bit 1: the trace id is random. All others are 0. */
  readonly flags: number;
}

const KNOWN_FLAGS = 0b11;
const SAMPLED = 0b01;
const RANDOM_TRACE_ID = 0b10;
// version "-" trace-id "-" parent-id "-" trace-flags (section 3.2.1); digits are lower case
const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const ZERO_TRACE_ID = "0".repeat(32);
const ZERO_SPAN_ID = "0".repeat(16);

/**
 * Reads a `traceparent` header. Version ff and all-zero ids are invalid; of a version above 00 only
 * the first four fields are read (section 3.3). Returns `undefined` for what is not valid.
 */
export function parseTraceparent(
  header: string | undefined,
): { traceId: string; parentSpanId: string; flags: number } | undefined {
  const match = header === undefined ? null : TRACEPARENT.exec(header);
  if (match === null) return undefined;
  const [, version, traceId = ZERO_TRACE_ID, parentSpanId = ZERO_SPAN_ID, flags = "00", more] = match;
  if (version === "ff" || (version === "00" && more !== undefined)) return undefined;
  if (traceId === ZERO_TRACE_ID || parentSpanId === ZERO_SPAN_ID) return undefined;
  return { traceId, parentSpanId, flags: Number.parseInt(flags, 16) & KNOWN_FLAGS };
}

/**
 * Continues the caller's trace with a new span, or starts a trace, sampled if `samplesNew` says so.
 */
export function continueTrace(
  header: string | undefined,
  {
    samplesNew,
    random = Math.random,
  }: {
    readonly samplesNew?: (() => boolean) | undefined;
    readonly random?: Random;
  } = {},
): TraceContext {
  const parent = parseTraceparent(header);
  const spanId = newSpanId(random);
  if (parent !== undefined) return { ...parent, spanId };
  return {
    traceId: randomHex(16, ZERO_TRACE_ID, random),
    parentSpanId: undefined,
    spanId,
    flags: samplesNew?.() === true ? RANDOM_TRACE_ID | SAMPLED : RANDOM_TRACE_ID,
  };
}

/** A new span's id: 16 hex digits, never all zero. */
export function newSpanId(random: Random = Math.random): string {
  return randomHex(8, ZERO_SPAN_ID, random);
}

/** The `traceparent` of a call that belongs to `trace` and whose own span is `spanId`. */
export function formatTraceparent(trace: Pick<TraceContext, "traceId" | "flags">, spanId: string): string {
  return `00-${trace.traceId}-${spanId}-0${trace.flags}`;
}

/** Ids must differ but need not be secret: `Math.random` will do, at a tenth of the cost. */
function randomHex(bytes: number, forbidden: string, random: Random): string {
  let hex = "";
  for (let left = bytes; left > 0; left -= 4) {
    hex += Math.floor(random() * 0x1_0000_0000)
      .toString(16)
      .padStart(8, "0");
  }
  return hex === forbidden ? randomHex(bytes, forbidden, random) : hex;
}
