import assert from "node:assert/strict";
import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import { test } from "node:test";
import { createLogger } from "../logging/logger.ts";
import type { ProblemCode } from "../problems/problems.ts";
import { RequestRecord } from "./record.ts";
import { screenReporter } from "./screen-reporter.ts";
import { continueTrace } from "./trace-context.ts";

/** The level of the line about a required section's failure that was answered with a problem. */
function levelOf(problem: ProblemCode, bug = false): unknown {
  let line = "";
  const report = screenReporter({
    logger: createLogger({ name: "web-bff", destination: { write: (text) => (line = text) } }),
  });
  const response = new ServerResponse(new IncomingMessage(new Socket()));
  const start = { requestId: "r1", trace: continueTrace(undefined, {}), method: "GET", startedAt: 0 };
  assert.equal(new RequestRecord(response, start).requestId, "r1");
  report(response, {
    screen: "order",
    outcome: "failed",
    problem,
    upstreamCalls: 1,
    attempts: [],
    sections: [],
    failures: [{ section: "order", error: new Error("no"), bug }],
  });
  return Object(JSON.parse(line)).level;
}

test("more calls than the screen's budget are one warning, and counted", () => {
  const lines: string[] = [];
  const report = screenReporter({
    logger: createLogger({ name: "web-bff", destination: { write: (text) => lines.push(text) } }),
  });
  const response = new ServerResponse(new IncomingMessage(new Socket()));
  const start = { requestId: "r1", trace: continueTrace(undefined, {}), method: "GET", startedAt: 0 };
  const entry = new RequestRecord(response, start);
  const nothing = { upstreamCalls: 9, attempts: [], sections: [], failures: [] };
  report(response, {
    screen: "orders",
    outcome: "complete",
    overBudget: { calls: 9, budget: 4 },
    ...nothing,
  });
  assert.equal(entry.overBudget, true);
  assert.equal(lines.length, 1);
  assert.partialDeepStrictEqual(JSON.parse(String(lines)), {
    level: "warn",
    screen: "orders",
    calls: 9,
    budget: 4,
    requestId: "r1",
    traceId: start.trace.traceId,
  });
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
  const lines: string[] = [];
  const report = screenReporter({
    logger: createLogger({ name: "web-bff", destination: { write: (text) => lines.push(text) } }),
  });
  const response = new ServerResponse(new IncomingMessage(new Socket()));
  const start = { requestId: "r1", trace: continueTrace(undefined, {}), method: "GET", startedAt: 0 };
  assert.equal(new RequestRecord(response, start).requestId, "r1");
  const message = "orders listOrders: it answered 503";
  const cause = { upstream: "orders", operation: "listOrders", message };
  report(response, {
    screen: "orders",
    outcome: "degraded",
    upstreamCalls: 1,
    attempts: [],
    sections: [{ section: "orders", outcome: "fallback", reason: "unavailable", cause }],
    failures: [{ section: "orders", error: new Error(message), bug: false }],
  });
  assert.partialDeepStrictEqual(JSON.parse(String(lines)), {
    msg: "section failed",
    section: "orders",
    upstream: "orders",
    operation: "listOrders",
    reason: message,
  });
});
