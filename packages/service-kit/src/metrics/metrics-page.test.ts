import assert from "node:assert/strict";
import { test } from "node:test";
import { Counter } from "prom-client";
import { createMetrics } from "./metrics.ts";
import { metricsPage } from "./metrics.ts";

test("shows the metrics of several parts of a process on one page, each described once", async () => {
  const front = createMetrics({ name: "front", processMetrics: false });
  const back = createMetrics({ name: "back", processMetrics: false });
  front.observeRequest("home", "GET", 200, 5);
  for (const { upstreams } of [front, back])
    upstreams.retry({ upstream: "users", decision: "budget-exhausted" });
  back.upstreams.breakerChange({ upstream: "users", operation: undefined, to: "open" });
  back.upstreams.breakerChange({ upstream: "users", operation: "getMe", to: "half-open" });
  const { text, contentType } = await metricsPage([front, back]).read(undefined);
  assert.equal(contentType, "text/plain; version=0.0.4; charset=utf-8");
  const described = text.split("\n").filter((line) => line.startsWith("# TYPE "));
  assert.deepEqual(described, [...new Set(described)]);
  assert.equal(described.length, front.registry.getMetricsAsArray().length);
  for (const service of ["front", "back"]) {
    assert.ok(
      text.includes(`upstream_retry_budget_exhausted_total{upstream="users",service="${service}"} 1\n`),
      text,
    );
  }
  assert.ok(text.includes('upstream_breaker_state{upstream="users",service="back"} 2\n'), text);
  assert.ok(
    text.includes('upstream_breaker_state{upstream="users",operation="getMe",service="back"} 1\n'),
    text,
  );
  assert.equal(
    text.match(/http_request_duration_seconds_count/g)?.length,
    1,
    "who measured nothing shows nothing",
  );
  assert.ok(text.endsWith("\n"));
});

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const PROMETHEUS = "application/openmetrics-text;version=1.0.0;q=0.75,text/plain;version=0.0.4;q=0.5";

test("who asks for OpenMetrics gets exemplars of recorded traces, and nobody else", async () => {
  const front = createMetrics({ name: "front" });
  const back = createMetrics({ name: "back", processMetrics: false });
  const late = new Counter({ name: "late_total", help: "Added by an app", registers: [front.registry] });
  late.inc(3);
  front.observeRequest("home", "GET", 200, 5);
  front.observeRequest("home", "GET", 200, 30, TRACE);
  back.observeRequest("home", "GET", 200, 2_000, TRACE.toUpperCase());
  const page = metricsPage([front, back]);
  for (let read = 0; read < 2; read += 1) {
    const { text, contentType } = await page.read(PROMETHEUS);
    assert.equal(contentType, "application/openmetrics-text; version=1.0.0; charset=utf-8");
    const of = 'service="front",screen="home",method="GET",status="200"';
    const bucket = `http_request_duration_seconds_bucket{le="0.05",${of}} 2 # {trace_id="${TRACE}"} 0.03 `;
    assert.ok(text.includes(bucket), text);
    assert.match(text, /le="2\.5",service="back",.*\} 1 # \{trace_id="0AF7/);
    assert.match(text, /^# TYPE late counter\nlate_total\{service="front"\} 3$/m);
    assert.doesNotMatch(text, /_total_total|\n\n/);
    assert.ok(text.endsWith("\n# EOF\n"));
    const usual = await page.read("text/plain");
    assert.doesNotMatch(usual.text, / # \{|EOF/);
    assert.match(usual.text, /^# TYPE late_total counter$/m);
  }
});
