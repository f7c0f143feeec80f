import { Gauge, Histogram } from "prom-client";
import type { Registry } from "prom-client";
import { BoundedSeries, tallies } from "./bounded-series.ts";

type OfOperation = { readonly upstream: string; readonly operation: string };

type AttemptResult = {
  /** `first`, `retry` or `hedge`. */
  readonly kind: string;
  readonly outcome: string;
  readonly status?: number | undefined;
  /** With the outcome `rejected`: why. */
  readonly rejection?: string | undefined;
};

/**
 * What an upstream client tells of its calls, as plain values: hand it over as the client's
 * listener. Durations come in milliseconds, as measured; Prometheus gets seconds.
 */
export interface UpstreamMetrics {
  readonly attempt: (event: OfOperation & AttemptResult & { readonly durationMs: number }) => void;
  readonly retry: (event: { readonly upstream: string; readonly decision: string }) => void;
  readonly hedge: (event: { readonly upstream: string; readonly decision: string }) => void;
  /** `operation` is undefined for the breaker of the whole upstream. */
  readonly breakerChange: (event: {
    readonly upstream: string;
    readonly operation: string | undefined;
    readonly to: string;
  }) => void;
  readonly cacheVerdict: (event: OfOperation & { readonly verdict: string }) => void;
  readonly queueWait: (event: {
    readonly upstream: string;
    readonly result: string;
    readonly waitedMs: number;
  }) => void;
  readonly ejection: (event: { readonly upstream: string; readonly change: string }) => void;
  readonly unknownValue: (event: { readonly upstream: string; readonly field: string }) => void;
  readonly contractViolation: (event: OfOperation) => void;
}

/** A breaker's states as a gauge's value: alert on 2, look at 1. */
const BREAKER_STATES: Readonly<Record<string, number>> = { closed: 0, "half-open": 1, open: 2 };

/** The design's bounds: a fast service, the optional sections' 400 ms, the screens' 800 ms. */
const CALL_BUCKETS_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.4, 0.8, 1.2, 2.5];
/** A call waits 25 ms at the most. */
const WAIT_BUCKETS_SECONDS = [0.001, 0.005, 0.01, 0.025, 0.05];
const WAIT_RESULTS = ["admitted", "overloaded", "ended"] as const;

export function createUpstreamMetrics(registry: Registry): UpstreamMetrics {
  const registers = [registry];
  const attempts = new Histogram({
    name: "upstream_request_duration_seconds",
    help: "Time of one attempt at a call to a domain service",
    labelNames: ["upstream", "operation", "outcome"],
    buckets: CALL_BUCKETS_SECONDS,
    registers,
  });
  const waits = new Histogram({
    name: "upstream_queue_wait_seconds",
    help: "Time that calls waited for a place in an upstream's bulkhead",
    labelNames: ["upstream", "result"],
    buckets: WAIT_BUCKETS_SECONDS,
    registers,
  });
  const breakers = new Gauge({
    name: "upstream_breaker_state",
    help: "The breaker of an upstream, or of one of its operations: 0 closed, 1 half-open, 2 open",
    labelNames: ["upstream", "operation"],
    registers,
  });
  const counter = tallies.bind(undefined, registry);
  const rejections = counter("upstream_rejected_total", "Calls that a domain service refused", [
    "upstream",
    "operation",
    "status",
  ]);
  const attemptCount = counter("upstream_attempts_total", "Attempts at calls to domain services", [
    "upstream",
    "operation",
    "outcome",
    "status_class",
    "kind",
  ]);
  const exhausted = counter(
    "upstream_retry_budget_exhausted_total",
    "Failed attempts that were not repeated because the retry budget was empty",
    ["upstream"],
  );
  const hedges = counter("upstream_hedges_total", "Second attempts beside slow ones", [
    "upstream",
    "decision",
  ]);
  const changes = counter("upstream_breaker_changes_total", "Changes of breakers", ["upstream", "to"]);
  const verdicts = counter("upstream_cache_total", "What the cache made of calls", [
    "upstream",
    "operation",
    "verdict",
  ]);
  const ejections = counter("upstream_ejections_total", "Addresses left out or taken back", [
    "upstream",
    "change",
  ]);
  const unknown = counter("upstream_unknown_enum_total", "Enum values that the contract does not list", [
    "upstream",
    "field",
  ]);
  const violations = counter(
    "upstream_contract_violations_total",
    "Fields that broke their contract in answers that were used as they are",
    ["upstream", "operation"],
  );
  const waitSeries = new BoundedSeries(([upstream = "", result = ""]) => {
    waits.zero({ upstream, result });
    return waits.labels(upstream, result);
  });
  const attemptSeries = new BoundedSeries((labels) => {
    // From 0 on: a rate cannot see the first observation of a series that begins with it.
    for (const result of WAIT_RESULTS) waitSeries.of(labels[0] ?? "", result);
    return attempts.labels(...labels);
  });

  return {
    attempt: (event) => {
      const { upstream, operation, outcome, status, kind, durationMs } = event;
      attemptSeries.of(upstream, operation, outcome).observe(durationMs / 1_000);
      attemptCount.of(upstream, operation, outcome, classOf(status), kind).count += 1;
      if (outcome === "rejected") rejections.of(upstream, operation, refusal(event)).count += 1;
    },
    retry({ upstream, decision }) {
      // From 0 on, as above.
      exhausted.of(upstream).count += decision === "budget-exhausted" ? 1 : 0;
    },
    hedge: ({ upstream, decision }) => (hedges.of(upstream, decision).count += 1),
    breakerChange: ({ upstream, operation, to }) => {
      changes.of(upstream, to).count += 1;
      const labels = operation === undefined ? { upstream } : { upstream, operation };
      breakers.set(labels, BREAKER_STATES[to] ?? 0);
    },
    cacheVerdict: ({ upstream, operation, verdict }) =>
      (verdicts.of(upstream, operation, verdict).count += 1),
    queueWait: ({ upstream, result, waitedMs }) => waitSeries.of(upstream, result).observe(waitedMs / 1_000),
    ejection: ({ upstream, change }) => (ejections.of(upstream, change).count += 1),
    unknownValue: ({ upstream, field }) => (unknown.of(upstream, field).count += 1),
    contractViolation: ({ upstream, operation }) => (violations.of(upstream, operation).count += 1),
  };
}

/** `2xx` and so on; empty where no status came. */
function classOf(status: number | undefined): string {
  if (status === undefined) return "";
  return status >= 200 && status < 300 ? "2xx" : `${Math.trunc(status / 100)}xx`;
}

/** Refusals that call for different work: our credentials, an id, a conflict, our rate. */
const TOLD_APART = new Set([401, 403, 429]);

/** A status that the upstream declares to mean "not found" counts as 404. */
function refusal({ status, rejection }: AttemptResult): string {
  if (rejection === "not-found") return "404";
  if (rejection === "conflict") return "409";
  return status !== undefined && TOLD_APART.has(status) ? String(status) : "other";
}
