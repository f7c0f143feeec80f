import type { Span } from "../otlp/decode.ts";
import { markCritical } from "./critical-path.ts";
import type { CallView, LayerView, RequestView, SectionView, Timed } from "./views.ts";

/** Finds the team that owns an app or a service. */
export type OwnerOf = (name: string) => string | null;

const SERVER = 2;
const CLIENT = 3;

/** The requests of one trace, in the order of their start. */
export function requestsOf(spans: readonly Span[], ownerOf: OwnerOf): readonly RequestView[] {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const below = Map.groupBy(spans, ({ parentId }) => parentId);
  const children = (span: Span): readonly Span[] => below.get(span.spanId) ?? [];
  const isScreen = (span: Span): boolean =>
    span.attributes.has("triptych.outcome") || children(span).some(isSection);
  return spans
    .filter((span) => {
      // A gateway and the BFF behind it are one request, which is the BFF's.
      if (span.kind !== SERVER || children(span).some(({ kind }) => kind === SERVER)) return false;
      if (isScreen(span)) return true;
      // So are a BFF and the services behind it.
      const parent = byId.get(span.parentId);
      const isOutermost = parent === undefined || parent.kind === SERVER;
      return (
        isOutermost && !descendantsOf(span, children).some((one) => one.kind === SERVER && isScreen(one))
      );
    })
    .toSorted((one, other) => one.start - other.start)
    .map((span) => viewOf(span, ancestorsOf(span, byId), descendantsOf(span, children), ownerOf));
}

const isSection = ({ kind, attributes }: Span): boolean =>
  kind !== SERVER &&
  kind !== CLIENT &&
  attributes.has("triptych.section") &&
  attributes.has("triptych.outcome");

/** Outermost first: the servers that the request passed before this one. */
function ancestorsOf(span: Span, byId: ReadonlyMap<string, Span>): readonly Span[] {
  const found = new Set<Span>();
  for (let at = byId.get(span.parentId); at !== undefined && !found.has(at); at = byId.get(at.parentId))
    found.add(at);
  return [...found].filter(({ kind }) => kind === SERVER).toReversed();
}

function descendantsOf(span: Span, children: (span: Span) => readonly Span[]): readonly Span[] {
  const found = new Set(children(span));
  // A set is walked in the order of its members, also those that are added on the way.
  for (const one of found) for (const child of children(one)) found.add(child);
  return [...found];
}

function viewOf(span: Span, above: readonly Span[], below: readonly Span[], ownerOf: OwnerOf): RequestView {
  const outermost = above[0] ?? span;
  const begin = Math.min(outermost.start, span.start);
  const sections = below.filter(isSection);
  const causes = sections.filter((one) => one.attributes.has("triptych.operation"));
  const sectionOf = new Map(below.map((one) => [one.spanId, textOf(one, "triptych.section")]));
  const calls = below
    .filter((one) => one.kind === CLIENT || one.attributes.has("triptych.cache"))
    .map((one) => callOf(one, sectionOf.get(one.parentId) ?? null, placeOf(one, begin), ownerOf))
    .toSorted(byStart);
  const view: RequestView = {
    key: span.spanId,
    id: textOf(span, "triptych.request_id") ?? span.spanId,
    traceId: span.traceId,
    at: new Date(begin).toISOString(),
    app: span.service,
    owner: ownerOf(span.service),
    screen: screenOf(span),
    method: textOf(span, "http.request.method", "http.method") ?? "",
    status: statusOf(span),
    outcome: outcomeOf(span),
    user: textOf(span, "user.id", "enduser.id"),
    problem: textOf(span, "error.type"),
    durationMs: round(Math.max(outermost.end, span.end) - begin),
    ownMs: round(span.end - span.start),
    layers: [...above, span].map((one) => layerView(one, begin, ownerOf)),
    sections: sections.map((one) => sectionView(one, begin)).toSorted(byStart),
    calls: causes.reduce(blamed, calls),
  };
  markCritical(view);
  return view;
}

function placeOf({ start, end }: Span, begin: number): Timed {
  return { startMs: round(start - begin), durationMs: round(end - start) };
}

function layerView(span: Span, begin: number, ownerOf: OwnerOf): LayerView {
  const { service } = span;
  const about = { app: service, name: screenOf(span), owner: ownerOf(service), status: statusOf(span) };
  return { ...about, ...placeOf(span, begin) };
}

function sectionView(span: Span, begin: number): SectionView {
  const name = textOf(span, "triptych.section") ?? span.name;
  const outcome = textOf(span, "triptych.outcome") ?? "ok";
  return { name, outcome, reason: textOf(span, "triptych.reason"), ...placeOf(span, begin) };
}

function callOf(span: Span, section: string | null, place: Timed, ownerOf: OwnerOf): CallView {
  const upstream =
    textOf(span, "service.peer.name", "peer.service", "server.address", "net.peer.name") ?? span.name;
  const host = textOf(span, "server.address", "net.peer.name");
  const port = numberOf(span, "server.port", "net.peer.port");
  const resent = numberOf(span, "http.request.resend_count") ?? 0;
  return {
    section: textOf(span, "triptych.section") ?? section,
    upstream,
    operation: textOf(span, "triptych.operation") ?? span.name.replace(`${upstream}.`, ""),
    owner: ownerOf(upstream),
    address: host === null ? null : port === null ? host : `${host}:${port}`,
    ...place,
    attempt: resent + 1,
    kind: textOf(span, "triptych.attempt.kind") ?? (resent > 0 ? "retry" : "first"),
    outcome: textOf(span, "error.type") ?? (span.failed ? "failed" : "ok"),
    status: statusOf(span),
    cache: textOf(span, "triptych.cache") ?? "none",
    bytes: numberOf(span, "http.response.body.size", "http.response_content_length") ?? 0,
    critical: false,
    parts: {
      queueMs: numberOf(span, "triptych.queue_ms"),
      connectMs: numberOf(span, "triptych.connect_ms"),
      waitMs: numberOf(span, "triptych.wait_ms"),
      bodyMs: numberOf(span, "triptych.body_ms"),
    },
    leftMs: numberOf(span, "triptych.deadline_left_ms"),
    cacheAgeMs: numberOf(span, "triptych.cache_age_ms"),
    notKept: textOf(span, "triptych.cache_not_kept"),
    note: textOf(span, "error.message"),
  };
}

/**
 * Tells of the call that a section says is the reason why it is not whole, in the section's words.
 * Its answer may have come in order, and only some of its items break the contract. The last
 * attempt is the one that ended the section.
 */
function blamed(calls: readonly CallView[], cause: Span): readonly CallView[] {
  const isCause = (call: CallView): boolean =>
    textOf(cause, "triptych.section") === call.section &&
    textOf(cause, "service.peer.name") === call.upstream &&
    textOf(cause, "triptych.operation") === call.operation;
  const reason = textOf(cause, "triptych.reason");
  const outcomeNow = (call: CallView): string =>
    call.outcome === "ok" && reason === "invalid" && isCause(call) ? reason : call.outcome;
  const last = calls.findLastIndex((call) => outcomeNow(call) !== "ok" && isCause(call));
  return calls.map((call, index) => {
    const note = index === last ? (call.note ?? textOf(cause, "error.message")) : call.note;
    return Object.assign(call, { outcome: outcomeNow(call), note });
  });
}

function outcomeOf(span: Span): string {
  const told = textOf(span, "triptych.outcome");
  if (told !== null) return told;
  const status = statusOf(span) ?? 200;
  if (span.failed || status >= 500) return "failed";
  return status >= 400 ? "refused" : "complete";
}

const screenOf = (span: Span): string => textOf(span, "triptych.screen", "http.route") ?? span.name;

const statusOf = (span: Span): number | null =>
  numberOf(span, "http.response.status_code", "http.status_code");

/** The first of these attributes that is there; older conventions have other names. */
function textOf({ attributes }: Span, ...names: readonly string[]): string | null {
  const name = names.find((one) => attributes.has(one));
  return name === undefined ? null : String(attributes.get(name));
}

function numberOf(span: Span, ...names: readonly string[]): number | null {
  const text = textOf(span, ...names);
  const value = Number(text);
  return text === null || !Number.isFinite(value) ? null : round(value);
}

const byStart = (one: Timed, other: Timed): number => one.startMs - other.startMs;

/** To microseconds. */
const round = (ms: number): number => Math.round(ms * 1_000) / 1_000;
