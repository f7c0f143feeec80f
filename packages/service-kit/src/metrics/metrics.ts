import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from "prom-client";
import type { OpenMetricsContentType } from "prom-client";
import type { RequestRecord } from "../requests/record.ts";
import { BoundedSeries, tallies } from "./bounded-series.ts";
import { createUpstreamMetrics } from "./upstream-metrics.ts";
import type { UpstreamMetrics } from "./upstream-metrics.ts";

type OpenRegistry = Registry<OpenMetricsContentType>;

export interface MetricsOptions {
  /** The program's name: the label `service` on every metric. */
  readonly name: string;
  /** A registry of its own where it is not given: never the library's global one. */
  readonly registry?: Registry;
  /** What runs, for `build_info`. Not shown where it is not given. */
  readonly build?: { readonly version: string; readonly commit: string };
  /** Memory, CPU, event loop and garbage collection of this process. On where it is not given. */
  readonly processMetrics?: boolean;
}

/**
 * What the kit and the apps count. Durations come in milliseconds, as measured; Prometheus gets
 * seconds.
 */
export interface Metrics {
  readonly registry: Registry;
  /** The same in the form of OpenMetrics, which has an exemplar beside each bucket of requests. */
  readonly openMetrics: OpenRegistry;
  /**
   * One answered request. `screen` is `undefined` where no route matched, `traceId` where its trace
   * is not recorded.
   */
  observeRequest(
    screen: string | undefined,
    method: string,
    status: number,
    durationMs: number,
    traceId?: string,
  ): void;
  /** What became of a screen and its sections. A request that ran no screen is not counted. */
  countScreen(request: Pick<RequestRecord, "screen" | "outcome" | "overBudget" | "sections">): void;
  /** The deadline of a screen's budget, told once at start-up. */
  setDeadline(screen: string, deadlineMs: number): void;
  /** A log line that standard output did not take. */
  countDroppedLine(): void;
  /** Whether there is a connection to Redis. `purpose` says what for. */
  setRedisUp(purpose: string, isUp: boolean): void;
  /** What the upstream client tells, as its listener. */
  readonly upstreams: UpstreamMetrics;
}

// Bounds that answer the design's questions: fast (5 to 50 ms), the optional sections' 400 ms, the
// screens' deadline of 800 ms, and what is past every deadline.
const BUCKETS_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.4, 0.8, 1.2, 2.5, 5, 10];

/**
 * How often the event loop's delay is sampled, ms. The library's 10 wakes an idle process a hundred
 * times a second, which takes 7.7 ms of CPU time in each; what matters are delays longer than this.
 */
const LOOP_DELAY_PRECISION_MS = 50;

const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/** Makes the metrics of one process. */
export function createMetrics({
  name,
  registry = new Registry(),
  processMetrics = true,
  build,
}: MetricsOptions): Metrics {
  registry.setDefaultLabels({ service: name });
  if (processMetrics) {
    collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: LOOP_DELAY_PRECISION_MS });
  }

  const openMetrics = new Registry<OpenMetricsContentType>();
  openMetrics.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  openMetrics.setDefaultLabels({ service: name });
  const registers = [registry];
  if (build !== undefined) {
    const labels = { ...build, node: process.version };
    const labelNames = Object.keys(labels);
    new Gauge({ name: "build_info", help: "What runs: always 1", labelNames, registers }).set(labels, 1);
  }
  const requests = new Histogram<"screen" | "method" | "status" | "trace_id">({
    name: "http_request_duration_seconds",
    help: "Time from a request's headers to the end of its answer; status 499 is a client that left",
    labelNames: ["screen", "method", "status"],
    buckets: BUCKETS_SECONDS,
    // The library has exemplars only for a registry of that form; without one it is an ordinary
    // metric.
    enableExemplars: true,
    registers: [openMetrics],
  });
  registry.registerMetric(requests);
  const screens = tallies(
    registry,
    "screen_requests_total",
    "Screens by what became of them: complete, degraded or failed",
    ["screen", "outcome"],
  );
  const sections = tallies(
    registry,
    "screen_section_total",
    "Sections by what became of them: ok, stale, fallback or failed, and why",
    ["screen", "section", "outcome", "reason"],
  );

  const overBudget = new Counter({
    name: "screen_over_call_budget_total",
    help: "Screens that sent more calls to services than their budget has; from twice as many, calls are refused",
    labelNames: ["screen"],
    registers,
  });

  const deadlines = new Gauge({
    name: "screen_deadline_seconds",
    help: "The deadline of a screen's budget, by which alerts know what is slow",
    labelNames: ["screen"],
    registers,
  });

  const droppedLines = new Counter({
    name: "log_lines_dropped_total",
    help: "Log lines that standard output did not take: its disk is full, or nothing reads it",
    registers,
  });

  const redis = new Gauge({
    name: "redis_up",
    help: "Whether there is a connection to Redis: 1, else 0",
    labelNames: ["purpose"],
    registers,
  });

  const requestSeries = new BoundedSeries((labels) => {
    const [screen = "", method = "", status = ""] = labels;
    return { labels: { screen, method, status }, series: requests.labels(...labels) };
  });

  return {
    registry,
    openMetrics,
    observeRequest(screen = "none", method, status, durationMs, traceId) {
      const knownMethod = METHODS.has(method) ? method : "OTHER";
      const { labels, series } = requestSeries.of(screen, knownMethod, String(status));
      const value = durationMs / 1_000;
      if (traceId === undefined) series.observe(value);
      else requests.observe({ labels, value, exemplarLabels: { trace_id: traceId } });
    },
    countScreen({ screen = "none", outcome, overBudget: isOver, sections: all }) {
      if (isOver) overBudget.inc({ screen });
      if (outcome === undefined) return;
      screens.of(screen, outcome).count += 1;
      for (const { section, outcome: how, reason = "" } of all) {
        sections.of(screen, section, how, reason).count += 1;
      }
    },
    setDeadline: (screen, deadlineMs) => deadlines.set({ screen }, deadlineMs / 1_000),
    countDroppedLine: () => droppedLines.inc(),
    setRedisUp: (purpose, isUp) => redis.set({ purpose }, isUp ? 1 : 0),
    upstreams: createUpstreamMetrics(registry),
  };
}

/** What a Prometheus server reads. */
export interface MetricsPage {
  /** @param accept the `Accept` header: OpenMetrics, with exemplars, is for who names it */
  read(accept: string | undefined): Promise<{ readonly contentType: string; readonly text: string }>;
}

const OPEN_METRICS = "application/openmetrics-text";

/**
 * One page of several parts of a process: each metric has its description once, then everybody's
 * series, which the label `service` tells apart.
 */
export function metricsPage(parts: readonly Metrics[]): MetricsPage {
  return {
    async read(accept = "") {
      const isOpen = accept.includes(OPEN_METRICS);
      const registries = parts.map((part) => (isOpen ? withAll(part) : part.registry));
      const names = new Set(registries.flatMap((each) => each.getMetricsAsArray().map(({ name }) => name)));
      const blocks = await Promise.all([...names].map(async (name) => seriesOf(name, registries)));
      if (!isOpen) return { contentType: Registry.PROMETHEUS_CONTENT_TYPE, text: `${blocks.join("\n\n")}\n` };
      // OpenMetrics 1.0: no empty line, and an end.
      const text = `${blocks
        .filter((block) => block !== "")
        .map(namedOnce)
        .join("\n")}\n# EOF\n`;
      return { contentType: Registry.OPENMETRICS_CONTENT_TYPE, text };
    },
  };
}

/** Metrics that others have added to the usual registry since. */
function withAll({ registry, openMetrics }: Metrics): OpenRegistry {
  for (const { name } of registry.getMetricsAsArray()) {
    const metric = registry.getSingleMetric(name);
    if (metric !== undefined) openMetrics.registerMetric(metric);
  }
  return openMetrics;
}

/** There, a counter's name has no `_total`, which the library then adds to its series again. */
function namedOnce(block: string): string {
  if (!/^# TYPE \S+_total counter$/m.test(block)) return block;
  return block
    .replaceAll(/^(# (?:HELP|TYPE) \S+?)_total(?= )/gm, "$1")
    .replaceAll(/^(\w+_total)_total(?=[{ ])/gm, "$1");
}

async function seriesOf(name: string, registries: readonly (Registry | OpenRegistry)[]): Promise<string> {
  const having = registries.filter((each) => each.getSingleMetric(name) !== undefined);
  const texts = await Promise.all(having.map(async (each) => each.getSingleMetricAsString(name)));
  return texts
    .map((text, index) => (index === 0 ? text : withoutDescription(text)))
    .filter((text) => text !== "")
    .join("\n");
}

function withoutDescription(text: string): string {
  return text
    .split("\n")
    .filter((line) => !line.startsWith("# "))
    .join("\n");
}
