import assert from "node:assert/strict";
import { ServerResponse, IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { test } from "node:test";
import { SpanKind } from "@opentelemetry/api";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { continueTrace } from "../requests/trace-context.ts";
import { RequestRecord } from "../requests/record.ts";
import type { CallDetail } from "../requests/record.ts";
import { spansOf } from "./spans.ts";

const SOURCE = {
  resource: resourceFromAttributes({ "service.name": "test-app" }),
  instrumentationScope: { name: "triptych" },
  timeOrigin: 0,
  random: Math.random,
};

const call = (more: Partial<CallDetail>): CallDetail => ({
  section: "orders",
  upstream: "orders",
  operation: "listOrders",
  method: "GET",
  startedAt: 10,
  durationMs: 30,
  outcome: "ok",
  reason: undefined,
  cache: "none",
  ageMs: undefined,
  attempts: 1,
  ...more,
});

test("attempts are below their section and tell where the time went, and so are calls without one", () => {
  const record = new RequestRecord(new ServerResponse(new IncomingMessage(new Socket())), {
    requestId: "r-1",
    trace: continueTrace(undefined),
    method: "GET",
    startedAt: 0,
  });
  const asked = call({ cache: "miss", notKept: "no-store" });
  Object.assign(record, {
    screen: "page",
    sections: [{ section: "orders", outcome: "ok", startedAt: 5, durationMs: 40 }],
    traced: [
      asked,
      call({ cache: "fresh", ageMs: 4_000, attempts: 0 }),
      call({ outcome: "unavailable", reason: "its circuit breaker is open", attempts: 0 }),
    ],
    attempts: [
      {
        upstream: "orders",
        operation: "listOrders",
        method: "GET",
        kind: "retry",
        outcome: "ok",
        status: 200,
        address: "http://127.0.0.1:9002",
        spanId: "00f067aa0ba902b7",
        startedAt: 10,
        durationMs: 30,
        timing: {
          call: asked,
          number: 2,
          leftMs: 600,
          queueMs: 1,
          connectMs: 2,
          waitMs: 20,
          bodyMs: undefined,
          bytes: 1_905,
        },
      },
    ],
  });
  const [, section, attempt, cached, refused] = spansOf(record, 200, 50, SOURCE);
  const inSection = section?.spanContext().spanId;
  for (const span of [attempt, cached, refused]) assert.equal(span?.parentSpanContext?.spanId, inSection);
  assert.deepEqual(attempt?.attributes, {
    "http.request.method": "GET",
    "server.address": "127.0.0.1",
    "server.port": 9002,
    "service.peer.name": "orders",
    "http.response.status_code": 200,
    "triptych.section": "orders",
    "triptych.operation": "listOrders",
    "triptych.cache": "miss",
    "triptych.cache_not_kept": "no-store",
    "http.request.resend_count": 1,
    "http.response.body.size": 1_905,
    "triptych.attempt.kind": "retry",
    "triptych.deadline_left_ms": 600,
    "triptych.queue_ms": 1,
    "triptych.connect_ms": 2,
    "triptych.wait_ms": 20,
  });
  assert.equal(cached?.kind, SpanKind.INTERNAL);
  assert.partialDeepStrictEqual(cached?.attributes, {
    "triptych.cache": "fresh",
    "triptych.cache_age_ms": 4_000,
  });
  assert.partialDeepStrictEqual(refused?.attributes, {
    "error.type": "unavailable",
    "error.message": "its circuit breaker is open",
  });
});
