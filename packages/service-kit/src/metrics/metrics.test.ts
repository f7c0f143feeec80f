import assert from "node:assert/strict";
import { test } from "node:test";
import { createMetrics } from "../index.ts";
import { BoundedSeries } from "./bounded-series.ts";

test("counts under the published names and labels", async () => {
  const metrics = createMetrics({ name: "web-bff", processMetrics: false });
  metrics.observeRequest("home-page", "GET", 200, 125);
  metrics.observeRequest("home-page", "GET", 200, 31.25);
  metrics.countScreen({
    screen: "home-page",
    outcome: "degraded",
    overBudget: true,
    sections: [
      { section: "profile", outcome: "ok" },
      { section: "recommendations", outcome: "fallback", reason: "timeout" },
    ],
  });
  metrics.countScreen({ screen: "home-page", outcome: undefined, overBudget: false, sections: [] });
  const attempt = { upstream: "orders", operation: "listOrders", durationMs: 12 };
  metrics.upstreams.attempt({ ...attempt, kind: "first", outcome: "unavailable", status: 503 });
  metrics.upstreams.attempt({ ...attempt, kind: "retry", outcome: "timeout" });
  metrics.upstreams.attempt({ ...attempt, kind: "hedge", outcome: "ok", status: 200 });
  metrics.upstreams.retry({ upstream: "orders", decision: "retry" });
  metrics.upstreams.unknownValue({ upstream: "orders", field: "status" });
  const text = await metrics.registry.metrics();
  for (const line of [
    'http_request_duration_seconds_count{service="web-bff",screen="home-page",method="GET",status="200"} 2',
    'http_request_duration_seconds_sum{service="web-bff",screen="home-page",method="GET",status="200"} 0.15625',
    'http_request_duration_seconds_bucket{le="0.05",service="web-bff",screen="home-page",method="GET",status="200"} 1',
    'http_request_duration_seconds_bucket{le="0.2",service="web-bff",screen="home-page",method="GET",status="200"} 2',
    'screen_requests_total{screen="home-page",outcome="degraded",service="web-bff"} 1',
    'screen_over_call_budget_total{screen="home-page",service="web-bff"} 1',
    'screen_section_total{screen="home-page",section="profile",outcome="ok",reason="",service="web-bff"} 1',
    'screen_section_total{screen="home-page",section="recommendations",outcome="fallback",reason="timeout",service="web-bff"} 1',
    'upstream_request_duration_seconds_count{service="web-bff",upstream="orders",operation="listOrders",outcome="ok"} 1',
    'upstream_attempts_total{upstream="orders",operation="listOrders",outcome="unavailable",status_class="5xx",kind="first",service="web-bff"} 1',
    'upstream_attempts_total{upstream="orders",operation="listOrders",outcome="timeout",status_class="",kind="retry",service="web-bff"} 1',
    'upstream_attempts_total{upstream="orders",operation="listOrders",outcome="ok",status_class="2xx",kind="hedge",service="web-bff"} 1',
    'upstream_retry_budget_exhausted_total{upstream="orders",service="web-bff"} 0',
    'upstream_queue_wait_seconds_count{service="web-bff",upstream="orders",result="admitted"} 0',
    'upstream_queue_wait_seconds_count{service="web-bff",upstream="orders",result="overloaded"} 0',
    'upstream_unknown_enum_total{upstream="orders",field="status",service="web-bff"} 1',
  ]) {
    assert.ok(text.includes(`${line}\n`), `expected ${line} in\n${text}`);
  }
});

test("a counter goes on from one reading to the next", async () => {
  const { registry, upstreams } = createMetrics({ name: "a", processMetrics: false });
  const hedge = (): void => upstreams.hedge({ upstream: "orders", decision: "sent" });
  const count = async (): Promise<string | undefined> =>
    /^upstream_hedges_total\{.*\} (\d+)$/m.exec(await registry.metrics())?.[1];
  hedge();
  assert.equal(await count(), "1");
  assert.equal(await count(), "1");
  hedge();
  hedge();
  assert.equal(await count(), "3");
});

test("refusals are told apart by status, or by what the upstream declares the status to mean", async () => {
  const metrics = createMetrics({ name: "a", processMetrics: false });
  const about = { upstream: "orders", operation: "getOrder", kind: "first", durationMs: 1 };
  for (const [status, rejection] of [
    [401, "other"],
    [403, "other"],
    [403, "not-found"],
    [404, "not-found"],
    [409, "conflict"],
    [422, "conflict"],
    [429, "other"],
    [400, "other"],
    [418, "other"],
  ] as const) {
    metrics.upstreams.attempt({ ...about, outcome: "rejected", status, rejection });
  }
  metrics.upstreams.attempt({ ...about, outcome: "unavailable", status: 503 });
  metrics.upstreams.contractViolation(about);
  const text = await metrics.registry.metrics();
  const counts = [...text.matchAll(/^upstream_rejected_total\{.*status="(\w+)".*\} (\d)$/gm)];
  assert.deepEqual(
    counts.map(([, status, count]) => `${status} ${count}`),
    ["401 1", "403 1", "404 2", "409 2", "429 1", "other 2"],
  );
  assert.match(text, /^upstream_contract_violations_total\{upstream="orders",operation="getOrder".*\} 1$/m);
});

test("a request that matched nothing, and a made-up method, get a label of their own", async () => {
  const metrics = createMetrics({ name: "a", processMetrics: false });
  metrics.observeRequest(undefined, "BREW", 404, 1);
  assert.match(
    await metrics.registry.metrics(),
    /_count\{service="a",screen="none",method="OTHER",status="404"\} 1/,
  );
});

test("two sets of metrics share nothing, and the process's own are there by default", async () => {
  const [first, second] = [createMetrics({ name: "a" }), createMetrics({ name: "b" })];
  first.upstreams.unknownValue({ upstream: "orders", field: "status" });
  assert.doesNotMatch(await second.registry.metrics(), /upstream_unknown_enum_total\{/);
  assert.match(await second.registry.metrics(), /^process_resident_memory_bytes\{service="b"\} \d+/m);
});

test("says what runs, where that is known", async () => {
  const build = { version: "1.2.3", commit: "abc" };
  const metrics = createMetrics({ name: "a", processMetrics: false, build });
  assert.match(
    await metrics.registry.metrics(),
    new RegExp(`^build_info\\{version="1.2.3",commit="abc",node="${process.version}",service="a"\\} 1$`, "m"),
  );
});

test("past the limit new label values share one series", () => {
  const made: string[] = [];
  const series = new BoundedSeries((labels) => {
    made.push(labels.join(" "));
    return { name: labels.join(" ") };
  }, 2);
  assert.equal(series.of("a", "b", "c"), series.of("a", "b", "c"));
  series.of("a", "b", "d");
  assert.equal(series.of("a", "b", "e"), series.of("x", "y", "z"));
  assert.equal(series.of("a", "b", "c").name, "a b c");
  assert.deepEqual(made, ["a b c", "a b d", "overflow overflow overflow"]);
});
