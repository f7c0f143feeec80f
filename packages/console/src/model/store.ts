import type { Span } from "../otlp/decode.ts";
import { requestsOf } from "./request.ts";
import type { OwnerOf } from "./request.ts";
import type { RequestView } from "./views.ts";

/** A request of the last ones, kept until newer ones replace it. */
export const MAX_REQUESTS = 1_000;
/**
 * One trace may hold as many: a client that sends the same `traceparent` forever fills no memory.
 */
const MAX_SPANS_PER_TRACE = 5_000;
/** Of all traces: a request of a page has some twenty. */
const MAX_SPANS = 100_000;

/** An error in an app's code, as its log tells it. */
export interface CodeError {
  readonly at: string;
  readonly app: string;
  readonly section: string | null;
  readonly message: string;
  readonly stack: string;
}

/** What the development channel tells of a request, by its id. */
export interface Exchange {
  readonly id: string;
  readonly app: string;
  readonly user: string | null;
  readonly method: string;
  readonly path: string;
  readonly accept: string;
  /** The request's body as text, if it has one. */
  readonly body: string | null;
  readonly status: number;
  readonly contentType: string;
  /** Of the decoded answer. */
  readonly bytes: number;
  /** The answer as text, cut at 64 KiB; null where it is no text. */
  readonly answer: string | null;
}

/** A request, with what else is known of it. */
export interface KnownRequest extends RequestView {
  readonly exchange: Exchange | undefined;
  readonly errors: readonly CodeError[];
}

type Trace = { readonly spans: Span[]; requests: readonly RequestView[] | undefined };

/**
 * The last requests. Spans come in any order and in several parts, so requests are made from what
 * there is, when they are asked for.
 */
export class Store {
  readonly #ownerOf: OwnerOf;
  /** By id, the one that changed last at the end. */
  readonly #traces = new Map<string, Trace>();
  #spans = 0;
  readonly #exchanges = new Map<string, Exchange>();
  readonly #errors = new Map<string, CodeError[]>();
  readonly #changed: (traceId: string) => void;

  constructor(ownerOf: OwnerOf, changed: (traceId: string) => void = () => undefined) {
    this.#ownerOf = ownerOf;
    this.#changed = changed;
  }

  add(spans: readonly Span[]): void {
    const touched = new Set<string>();
    for (const span of spans) {
      if (span.traceId === "" || span.spanId === "") continue;
      const trace = this.#traces.get(span.traceId) ?? { spans: [], requests: undefined };
      if (trace.spans.push(span) > MAX_SPANS_PER_TRACE) trace.spans.shift();
      else this.#spans += 1;
      trace.requests = undefined;
      this.#traces.delete(span.traceId);
      this.#traces.set(span.traceId, trace);
      touched.add(span.traceId);
    }
    for (const [id, { spans: own }] of this.#traces) {
      if (this.#traces.size <= MAX_REQUESTS && this.#spans <= MAX_SPANS) break;
      this.#traces.delete(id);
      this.#spans -= own.length;
    }
    for (const id of touched) this.#changed(id);
  }

  addExchange(exchange: Exchange): void {
    // The gateway sees the same request before the BFF, without a user.
    if (exchange.user === null && this.#exchanges.get(exchange.id)?.user != null) return;
    this.#exchanges.set(exchange.id, exchange);
    bound(this.#exchanges, MAX_REQUESTS);
    this.#tell(exchange.id);
  }

  addError(requestId: string, error: CodeError): void {
    const known = this.#errors.get(requestId) ?? [];
    if (known.length < MAX_ERRORS) known.push(error);
    this.#errors.set(requestId, known);
    bound(this.#errors, MAX_REQUESTS);
    this.#tell(requestId);
  }

  /** Newest first. @param limit at most this many */
  requests(limit: number = MAX_REQUESTS): readonly KnownRequest[] {
    return [...this.#traces.values()]
      .flatMap((trace) => this.#of(trace))
      .toSorted((one, other) => (one.at < other.at ? 1 : one.at > other.at ? -1 : 0))
      .slice(0, Math.min(limit, MAX_REQUESTS))
      .map((request) => this.#known(request));
  }

  ofTrace(id: string): readonly KnownRequest[] {
    const trace = this.#traces.get(id);
    return trace === undefined ? [] : this.#of(trace).map((request) => this.#known(request));
  }

  /** @param id a request's id, or the key of one */
  find(id: string): KnownRequest | undefined {
    return this.requests().find((request) => request.key === id || request.id === id);
  }

  #of(trace: Trace): readonly RequestView[] {
    return (trace.requests ??= requestsOf(trace.spans, this.#ownerOf));
  }

  #known(request: RequestView): KnownRequest {
    const exchange = this.#exchanges.get(request.id);
    return {
      ...request,
      user: exchange?.user ?? request.user,
      exchange,
      errors: this.#errors.get(request.id) ?? [],
    };
  }

  /** Something else became known of a request whose spans may be here already. */
  #tell(requestId: string): void {
    const found = this.find(requestId);
    if (found !== undefined) this.#changed(found.traceId);
  }
}

const MAX_ERRORS = 5;

/** Drops the oldest entries. */
function bound(map: Map<string, unknown>, most: number): void {
  for (const key of map.keys()) {
    if (map.size <= most) return;
    map.delete(key);
  }
}

/** What the console shows of a call beyond what `GET /requests.json` tells. */
const NOT_PUBLISHED = new Set(["parts", "leftMs", "cacheAgeMs", "notKept", "note"]);

/** A request in the form of `GET /requests.json`, which is documented in docs/console.md. */
export function published(request: KnownRequest): object {
  const { id, traceId, at, app, screen, method, status, outcome, durationMs, user, sections } = request;
  const calls = request.calls.map((call) =>
    Object.fromEntries(Object.entries(call).filter(([name]) => !NOT_PUBLISHED.has(name))),
  );
  return { id, traceId, at, app, screen, method, status, outcome, durationMs, user, sections, calls };
}
