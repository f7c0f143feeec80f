import { randomUUID } from "node:crypto";
import type { ServerResponse } from "node:http";
import type { ProblemCode } from "../problems/problems.ts";
import { formatTraceparent, newSpanId } from "./trace-context.ts";
import type { TraceContext } from "./trace-context.ts";

/** One attempt at an upstream call, as a span. Times are milliseconds on the process's clock. */
export interface AttemptSpan {
  readonly upstream: string;
  readonly operation: string;
  readonly method: string;
  /** `first`, `retry` or `hedge`. */
  readonly kind: string;
  /** `ok`, or in one word what went wrong. */
  readonly outcome: string;
  readonly status: number | undefined;
  /** The upstream's address, as an origin. */
  readonly address: string;
  readonly spanId: string;
  readonly startedAt: number;
  readonly durationMs: number;
  /** Where the time went, ms; only if the request's trace is recorded. */
  readonly timing:
    | {
        /** The call that it belongs to, one of the request's `traced`. */
        readonly call: CallDetail;
        /** From 1, in its call. */
        readonly number: number;
        /** What the deadline left when the attempt began. */
        readonly leftMs: number;
        readonly queueMs: number;
        readonly connectMs: number | undefined;
        readonly waitMs: number | undefined;
        readonly bodyMs: number | undefined;
        /** Of the response's body. */
        readonly bytes: number;
      }
    | undefined;
}

/** One call of a section, with or without attempts: a cache may have answered it. */
export interface CallDetail {
  readonly section: string | undefined;
  readonly upstream: string;
  readonly operation: string;
  readonly method: string;
  readonly startedAt: number;
  /** Undefined while it is under way. */
  readonly durationMs: number | undefined;
  /** `ok`, or in one word what went wrong. */
  readonly outcome: string;
  /** Why it failed, in words. */
  readonly reason: string | undefined;
  /** One word: what the cache made of it. */
  readonly cache: string;
  /** Age of the cache's answer, ms. */
  readonly ageMs: number | undefined;
  /** In a word, why the cache did not keep the answer. */
  readonly notKept?: string | undefined;
  readonly attempts: number;
}

/**
 * The record is a property of its response, so it is collected with it. In a WeakMap it would not
 * be: V8's scavenges treat the values of an old WeakMap as strong, which would keep the whole
 * request alive until the next full collection.
 */
const RECORD = Symbol("the record of this request");
const WAITED_MS = Symbol("how long this request waited");

declare module "node:http" {
  interface ServerResponse {
    [RECORD]?: RequestRecord;
    [WAITED_MS]?: number;
  }
}

/** Notes how long a request waited for its start, in ms. */
export function hasWaited(res: ServerResponse, ms: number): void {
  res[WAITED_MS] = ms;
}

/** How long a request waited for its start, in ms. 0 where no server of the kit noted it. */
export function waitedMs(res: ServerResponse): number {
  return res[WAITED_MS] ?? 0;
}

/** What became of a screen: all of it is there, or less than all, or there is no screen. */
export type ScreenOutcome = "complete" | "degraded" | "failed";

/** Whether a header's value is an outcome. */
export function isScreenOutcome(value: unknown): value is ScreenOutcome {
  return value === "complete" || value === "degraded" || value === "failed";
}

/** What became of one section of a screen. */
export interface SectionReport {
  readonly section: string;
  /**
   * `fallback`: its fallback was answered, or a part is missing. `login`: the same, to a visitor,
   * as it is for users. `failed`: it cannot be shown.
   */
  readonly outcome: "ok" | "stale" | "fallback" | "login" | "failed";
  /** One word: why it is not `ok`. */
  readonly reason?: string | undefined;
  /** Whose call is the reason, if one is, and what it says of it. */
  readonly cause?:
    | { readonly upstream: string; readonly operation: string; readonly message: string }
    | undefined;
  /** Milliseconds on the process's clock. Without them, its span is as long as the request's. */
  readonly startedAt?: number;
  readonly durationMs?: number;
}

/** What is known about one request. The app fills it; log line and metrics are made from it. */
export class RequestRecord {
  readonly trace: TraceContext;
  /** When it arrived, on the process's clock in ms. */
  readonly startedAt: number;
  readonly method: string;
  /** The screen's (or route's) name: one of few, never a path. */
  screen: string | undefined = undefined;
  /** How many calls to upstreams this request caused. */
  upstreamCalls = 0;
  /** Whether they were more than the screen's budget has. */
  overBudget = false;
  /**
   * Each attempt at one, as `orders.listOrders ok 12.3`: service, operation, outcome, milliseconds.
   */
  upstreams: readonly string[] = [];
  /** The same as spans. */
  attempts: readonly AttemptSpan[] = [];
  /** Every call in detail; undefined unless the trace is recorded. */
  traced: readonly CallDetail[] | undefined = undefined;
  /** The code of the problem that was answered. */
  problem: ProblemCode | undefined = undefined;
  /**
   * The whole answer has been sent, though the response is open: `refuse` still reads the client.
   */
  answered = false;
  /** More for the log line: the app's own labels. Never a path, an address or a person. */
  readonly notes: Record<string, string> = {};
  /** What became of the screen. Undefined if none was run, or if its client did not wait for it. */
  outcome: ScreenOutcome | undefined = undefined;
  /** What became of the screen's sections. */
  sections: readonly SectionReport[] = [];
  #requestId: string;
  readonly #response: ServerResponse;

  constructor(
    response: ServerResponse,
    start: { requestId: string; trace: TraceContext; method: string; startedAt: number },
  ) {
    this.#response = response;
    this.#requestId = start.requestId;
    this.trace = start.trace;
    this.method = start.method;
    this.startedAt = start.startedAt;
    response[RECORD] = this;
  }

  get requestId(): string {
    return this.#requestId;
  }

  /** The names of the sections that are not as they should be. */
  get degraded(): readonly string[] {
    return this.sections.filter(({ outcome }) => outcome !== "ok").map(({ section }) => section);
  }

  /**
   * Replaces the request id, by the identity's `jti` where they differ.
   * @throws {TypeError} where it cannot be a request id
   */
  setRequestId(id: string): void {
    if (!isRequestId(id)) {
      throw new TypeError("setRequestId expected 1 to 128 of A-Z a-z 0-9 . _ ~ -: check the id first");
    }
    this.#requestId = id;
    if (!this.#response.headersSent) this.#response.setHeader("X-Request-Id", id);
  }

  /** A `traceparent` for one upstream call of this request; each call gets its own span. */
  traceparent(spanId: string = newSpanId()): string {
    return formatTraceparent(this.trace, spanId);
  }
}

/**
 * The record of the request that `res` answers.
 * @throws {Error} when `inbound` did not see the request
 */
export function record(res: ServerResponse): RequestRecord {
  const found = res[RECORD];
  if (found !== undefined) return found;
  throw new Error("record(res) found no record of this request: mount inbound() before everything else");
}

/** The record, or undefined: admin answers have none. */
export function findRecord(res: ServerResponse): RequestRecord | undefined {
  return res[RECORD];
}

const REQUEST_ID = /^[A-Za-z0-9._~-]{1,128}$/;

/**
 * Whether a text can be a request id: 1 to 128 of the characters that need no escaping anywhere.
 */
export function isRequestId(text: string): boolean {
  return REQUEST_ID.test(text);
}

export function newRequestId(): string {
  return randomUUID();
}

/**
 * Says which layer made this answer, and for a refusal what of it said no (one of few short words):
 * in `Server-Timing` for the client, and in the log line.
 */
export function nameLayer(res: ServerResponse, layer: string, detail?: string): void {
  const notes = findRecord(res)?.notes;
  if (notes !== undefined) {
    notes["layer"] = layer;
    if (detail !== undefined) notes["refusedBy"] = detail;
  }
  if (!res.headersSent) res.appendHeader("Server-Timing", layerEntry(layer, detail));
}

/**
 * One entry of `Server-Timing` (W3C Server Timing), for an answer that has no response object yet.
 */
export function layerEntry(layer: string, detail?: string): string {
  return detail === undefined ? layer : `${layer};desc="${detail}"`;
}
