import type { ServerResponse } from "node:http";
import { isProblemCode, isScreenOutcome, record } from "@triptych/service-kit";
import type { Clock, Metrics, RequestRecord } from "@triptych/service-kit";
import { Counter, Histogram } from "prom-client";
import type { Caller, Exchange, Refusal } from "./exchange.ts";
import type { Fields } from "./forward/headers.ts";

/** The gateway's own metrics; the kit has those of every program. */
export interface Telemetry {
  /** Measures a request until its answer ends: rate, errors and duration per route and consumer. */
  follow(exchange: Exchange, res: ServerResponse): void;
  countRefusal(refusal: Refusal): void;
  /**
   * Records what became of a screen, from the header or trailer `Screen-Outcome`, and counts the
   * problem in the trailer `Screen-Problem`: the status of a page that fails after its first byte
   * is 200 all the same.
   */
  noteScreen(entry: RequestRecord, route: string, fields: Fields): void;
}

/** Bucket bounds in seconds. BFFs answer between 5 ms and their deadline of 800 ms. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.4, 0.8, 1.2, 2.5, 5];

/** Creates the metrics and registers them. */
export function createTelemetry(metrics: Metrics, clock: Clock): Telemetry {
  const registers = [metrics.registry];
  const requests = new Histogram({
    name: "gateway_request_duration_seconds",
    help: "Time from a request's headers to the end of its answer, by route and consumer",
    labelNames: ["route", "consumer", "status"],
    buckets: BUCKETS,
    registers,
  });
  const refusals = new Counter({
    name: "gateway_refusals_total",
    help: "Requests that a policy did not let through",
    labelNames: ["policy", "code"],
    registers,
  });
  const screenProblems = new Counter({
    name: "gateway_screen_problems_total",
    help: "Answers that failed after their first byte, by the code in their trailer Screen-Problem",
    labelNames: ["route", "code"],
    registers,
  });
  return {
    follow(exchange, res) {
      const { startedAt, notes } = record(res);
      res.once("close", () => {
        const status = res.headersSent ? `${Math.floor(res.statusCode / 100)}xx` : "499";
        const seconds = (clock.now() - startedAt) / 1_000;
        requests.labels(exchange.route.name, notes["consumer"] ?? "none", status).observe(seconds);
      });
    },
    noteScreen(entry, route, { "screen-outcome": outcome, "screen-problem": problem }) {
      if (isScreenOutcome(outcome)) entry.outcome = outcome;
      if (problem === undefined) return;
      const [code] = [problem].flat().join().split(";", 1);
      const known = isProblemCode(code) ? code : undefined;
      entry.outcome = "failed";
      entry.problem = known;
      screenProblems.labels(route, known ?? "unknown").inc();
    },
    countRefusal: ({ policy, problem }) => refusals.labels(policy, problem.code).inc(),
  };
}

/**
 * The caller as a label, which never identifies a person: the public id of an API key, or else the
 * kind of credential.
 */
export function consumerOf({ kind, apiKeyId }: Caller): string {
  return apiKeyId === undefined ? kind : `api-key ${apiKeyId}`;
}
