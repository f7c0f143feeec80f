import { SpanKind, SpanStatusCode } from "@opentelemetry/api";
import type { Attributes, HrTime, SpanContext } from "@opentelemetry/api";
import type { ReadableSpan } from "@opentelemetry/sdk-trace";
import type { Random } from "../clock.ts";
import type { AttemptSpan, CallDetail, RequestRecord, SectionReport } from "../requests/record.ts";
import { newSpanId } from "../requests/trace-context.ts";

/** What is the same on all spans of a process. */
export type SpanSource = Pick<ReadableSpan, "resource" | "instrumentationScope"> & {
  /** The date at which the process's clock was 0, ms since 1970. */
  readonly timeOrigin: number;
  /** For the ids of spans that no upstream was told. */
  readonly random: Random;
};

/**
 * The spans of one request: the request's own, one for each section of its screen, one for each
 * attempt at an upstream, under the id that the upstream was told, and one for each call that a
 * cache or a rule answered without an attempt. They hold only names, numbers and the request's id.
 * Attributes follow OpenTelemetry's semantic conventions for HTTP; ours are `triptych.*`.
 */
export function spansOf(
  record: RequestRecord,
  status: number,
  durationMs: number,
  source: SpanSource,
): readonly ReadableSpan[] {
  const { trace, screen = "none", startedAt, attempts, sections, traced = [] } = record;
  const context = (spanId = newSpanId(source.random)): SpanContext => ({
    traceId: trace.traceId,
    spanId,
    traceFlags: trace.flags,
  });
  const own = context(trace.spanId);
  const contexts = new Map(sections.map(({ section }) => [section, context()]));
  const parentOf = (section: string | undefined): SpanContext => contexts.get(section ?? "") ?? own;
  const caller =
    trace.parentSpanId === undefined ? undefined : { ...context(trace.parentSpanId), isRemote: true };
  const span = (form: Described, at: SpanContext, parent: SpanContext | undefined, times: Times) =>
    spanOf(form, at, parent, times, source);
  return [
    span(serverForm(record, status), own, caller, { startedAt, durationMs }),
    ...sections.map((section) =>
      span(sectionForm(section, screen), parentOf(section.section), own, {
        startedAt: section.startedAt ?? startedAt,
        durationMs: section.durationMs ?? durationMs,
      }),
    ),
    ...attempts.map((attempt) =>
      span(attemptForm(attempt), context(attempt.spanId), parentOf(attempt.timing?.call.section), attempt),
    ),
    ...traced
      .filter((call) => call.attempts === 0)
      .map((call) =>
        span(callForm(call), context(), parentOf(call.section), {
          startedAt: call.startedAt,
          durationMs: call.durationMs ?? startedAt + durationMs - call.startedAt,
        }),
      ),
  ];
}

/** Milliseconds, the start on the process's clock. */
type Times = { readonly startedAt: number; readonly durationMs: number };

/** What a span says. */
type Described = {
  readonly name: string;
  readonly kind: SpanKind;
  readonly failed: boolean;
  /** What is undefined is left out. */
  readonly attributes: Attributes;
};

function serverForm(
  { method, screen = "none", outcome, problem, requestId }: RequestRecord,
  status: number,
): Described {
  return {
    name: `${method} ${screen}`,
    kind: SpanKind.SERVER,
    // A 4xx is the client's (semantic conventions for HTTP spans, "Status").
    failed: status >= 500 || (outcome === "failed" && status < 400),
    attributes: {
      "http.request.method": method,
      "http.response.status_code": status,
      "triptych.screen": screen,
      "triptych.request_id": requestId,
      "triptych.outcome": outcome,
      "error.type": problem,
    },
  };
}

function sectionForm({ section, outcome, reason, cause }: SectionReport, screen: string): Described {
  return {
    name: `section ${section}`,
    kind: SpanKind.INTERNAL,
    failed: outcome === "failed",
    attributes: {
      "triptych.screen": screen,
      "triptych.section": section,
      "triptych.outcome": outcome,
      "triptych.reason": reason,
      "triptych.operation": cause?.operation,
      "service.peer.name": cause?.upstream,
      "error.message": cause?.message,
    },
  };
}

function attemptForm(attempt: AttemptSpan): Described {
  const { upstream, operation, method, kind, status, outcome, address, timing } = attempt;
  const { hostname, port, protocol } = new URL(address);
  return {
    name: `${upstream}.${operation}`,
    kind: SpanKind.CLIENT,
    failed: outcome !== "ok",
    attributes: {
      "http.request.method": method,
      "server.address": hostname,
      "server.port": Number(port) || (protocol === "https:" ? 443 : 80),
      "service.peer.name": upstream,
      "http.response.status_code": status,
      "error.type": outcome === "ok" ? undefined : outcome,
      ...(timing && {
        ...aboutCall(timing.call),
        "http.request.resend_count": timing.number > 1 ? timing.number - 1 : undefined,
        "http.response.body.size": timing.bytes,
        "triptych.attempt.kind": kind,
        "triptych.deadline_left_ms": timing.leftMs,
        "triptych.queue_ms": timing.queueMs,
        "triptych.connect_ms": timing.connectMs,
        "triptych.wait_ms": timing.waitMs,
        "triptych.body_ms": timing.bodyMs,
      }),
    },
  };
}

/** A call that was answered, or refused, before anything was sent. */
function callForm(call: CallDetail): Described {
  const { upstream, operation, method, outcome, reason } = call;
  return {
    name: `${upstream}.${operation}`,
    kind: SpanKind.INTERNAL,
    failed: outcome !== "ok",
    attributes: {
      "http.request.method": method,
      "service.peer.name": upstream,
      "error.type": outcome === "ok" ? undefined : outcome,
      "error.message": reason,
      ...aboutCall(call),
    },
  };
}

function aboutCall({ section, operation, cache, ageMs, notKept }: CallDetail): Attributes {
  return {
    "triptych.section": section,
    "triptych.operation": operation,
    "triptych.cache": cache,
    "triptych.cache_age_ms": ageMs,
    "triptych.cache_not_kept": notKept,
  };
}

function spanOf(
  { name, kind, failed, attributes: all }: Described,
  context: SpanContext,
  parent: SpanContext | undefined,
  { startedAt, durationMs }: Times,
  { timeOrigin, resource, instrumentationScope }: SpanSource,
): ReadableSpan {
  const attributes: Attributes = {};
  for (const [attribute, value] of Object.entries(all))
    if (value !== undefined) attributes[attribute] = value;
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
