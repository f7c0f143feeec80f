import assert from "node:assert/strict";
import { test } from "node:test";
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
  const page = metricsPage([front.registry, back.registry]);
  const text = await page.metrics();
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
