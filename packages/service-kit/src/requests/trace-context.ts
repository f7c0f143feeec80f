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
  /** The caller's valid `tracestate`, as it travels on; undefined without one. */
  readonly state?: string | undefined;
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

/** A key of `tracestate` (section 3.3.1.3.1), and the same for a tenant of a system. */
const STATE_KEY = /^(?:[a-z][a-z0-9_*/-]{0,255}|[a-z0-9][a-z0-9_*/-]{0,240}@[a-z][a-z0-9_*/-]{0,13})$/;
/**
 * A value of `tracestate` (section 3.3.1.3.2): visible ASCII and inner spaces, no `,` and no `=`.
 */
const STATE_VALUE = /^[ !-+\--<>-~]{0,255}[!-+\--<>-~]$/;
/** The most members, and the characters that every system must let through (section 3.3.1.5). */
const MOST_STATE_MEMBERS = 32;
const STATE_LENGTH = 512;
/** Longer members are the first to go. */
const LONG_MEMBER = 128;

/**
 * Reads a `tracestate` header, or several that Node has joined with commas. Empty members and the
 * spaces around members are left out. One that is too long loses whole members, the long ones and
 * then the last ones first: the first is the newest.
 *
 * @returns undefined for a state that is empty or breaks the grammar anywhere: the trace itself is
 * continued without it
 */
export function parseTracestate(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const members = header.split(",").map((member) => member.trim());
  const kept = members.filter((member) => member !== "");
  if (kept.length === 0 || kept.length > MOST_STATE_MEMBERS) return undefined;
  // A key that comes twice is passed on as it came, as the standard's test suite wants it.
  for (const member of kept) {
    const [key = "", value = "", more] = member.split("=");
    if (!STATE_KEY.test(key) || !STATE_VALUE.test(value) || more !== undefined) return undefined;
  }
  while (kept.join().length > STATE_LENGTH) {
    const long = kept.findLastIndex((member) => member.length > LONG_MEMBER);
    kept.splice(long === -1 ? kept.length - 1 : long, 1);
  }
  return kept.length === 0 ? undefined : kept.join();
}

/**
 * Continues the caller's trace with a new span and its state, sampled as the caller does unless
 * `samplesContinued` decides, or starts a trace, sampled if `samplesNew` says so. Without a valid
 * `traceparent` the state is dropped (section 4.3).
 */
export function continueTrace(
  header: string | undefined,
  {
    state,
    samplesNew,
    samplesContinued,
    random = Math.random,
  }: {
    /** The `tracestate` header. */
    readonly state?: string | undefined;
    readonly samplesNew?: (() => boolean) | undefined;
    readonly samplesContinued?: ((traceId: string) => boolean) | undefined;
    readonly random?: Random;
  } = {},
): TraceContext {
  const parent = parseTraceparent(header);
  const spanId = newSpanId(random);
  if (parent !== undefined) {
    const { traceId, flags: theirs } = parent;
    const flags =
      samplesContinued === undefined
        ? theirs
        : (theirs & RANDOM_TRACE_ID) | (samplesContinued(traceId) ? SAMPLED : 0);
    return { ...parent, flags, spanId, state: parseTracestate(state) };
  }
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

/** One for all ids: a number's `toString(16)` takes six times as long. */
const ID = Buffer.alloc(16);

/** Ids must differ but need not be secret: `Math.random` will do, at a tenth of the cost. */
function randomHex(bytes: 8 | 16, forbidden: string, random: Random): string {
  for (let at = 0; at < bytes; at += 4) ID.writeUInt32BE(Math.floor(random() * 0x1_0000_0000), at);
  const hex = ID.toString("hex", 0, bytes);
  return hex === forbidden ? randomHex(bytes, forbidden, random) : hex;
}
