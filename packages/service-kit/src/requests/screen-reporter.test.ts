import assert from "node:assert/strict";
import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import { test } from "node:test";
import { createLogger } from "../logging/logger.ts";
import type { ProblemCode } from "../problems/problems.ts";
import { RequestRecord } from "./record.ts";
import { screenReporter } from "./screen-reporter.ts";
import type { ScreenReport } from "./screen-reporter.ts";
import { continueTrace } from "./trace-context.ts";

/** The one line that a report makes, and the record that it fills. */
function reported(told: Partial<ScreenReport>) {
  const lines: string[] = [];
  const logger = createLogger({ name: "web-bff", destination: { write: (text) => lines.push(text) } });
  const response = new ServerResponse(new IncomingMessage(new Socket()));
  const start = { requestId: "r1", trace: continueTrace(undefined), method: "GET", startedAt: 0 };
  const entry = new RequestRecord(response, start);
  screenReporter({ logger })(response, {
    screen: "orders",
    outcome: "failed",
    upstreamCalls: 1,
    attempts: [],
    sections: [],
    failures: [],
    ...told,
  });
  assert.equal(lines.length, 1);
  return { entry, line: JSON.parse(String(lines)) };
}

/** The level of the line about a required section's failure that was answered with a problem. */
function levelOf(problem: ProblemCode, bug = false): unknown {
  return reported({ problem, failures: [{ section: "order", error: new Error("no"), bug }] }).line.level;
}

test("more calls than the screen's budget are one warning, and counted", () => {
  const { entry, line } = reported({ outcome: "complete", overBudget: { calls: 9, budget: 4 } });
  assert.equal(entry.overBudget, true);
  const { traceId } = entry.trace;
  const budget = { screen: "orders", calls: 9, budget: 4 };
  assert.partialDeepStrictEqual(line, { level: "warn", ...budget, requestId: "r1", traceId });
});

test("what is not there, or is in the way, is no warning", () => {
  assert.equal(levelOf("not-found"), "info");
  assert.equal(levelOf("conflict"), "info");
});

test("a service that fails is a warning, and a bug of ours an error", () => {
  assert.equal(levelOf("upstream-unavailable"), "warn");
  assert.equal(levelOf("upstream-invalid"), "warn");
  assert.equal(levelOf("not-found", true), "error");
});

test("the line about a failed section names the service and the operation that caused it", () => {
  const message = "orders listOrders: it answered 503";
  const from = { upstream: "orders", operation: "listOrders" };
  const { line } = reported({
    outcome: "degraded",
    sections: [
      { section: "orders", outcome: "fallback", reason: "unavailable", cause: { ...from, message } },
    ],
    failures: [{ section: "orders", error: new Error(message), bug: false }],
  });
  const expected = { msg: "section failed", section: "orders", ...from, reason: message };
  assert.partialDeepStrictEqual(line, expected);
});
