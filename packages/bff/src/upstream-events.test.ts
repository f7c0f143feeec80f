import assert from "node:assert/strict";
import { test } from "node:test";
import { createLogger, createMetrics } from "@triptych/service-kit";
import type { Logger } from "@triptych/service-kit";
import { CapturedLog, FakeClock } from "@triptych/testing";
import { upstreamEvents } from "./upstream-events.ts";

const ORDERS = { upstream: "orders", operation: "listOrders" };

function setUp() {
  const clock = new FakeClock();
  const metrics = createMetrics({ name: "web-bff", processMetrics: false });
  const log = new CapturedLog<Logger>(createLogger);
  return { clock, log, metrics, events: upstreamEvents({ metrics, logger: log.logger, clock }) };
}

test("a breaker's change is one line, with the state before and after", async () => {
  const { log, metrics, events } = setUp();
  events.breakerChange?.({
    upstream: "orders",
    operation: undefined,
    from: "closed",
    to: "open",
    openMs: 5_000,
  });
  events.breakerChange?.({ upstream: "orders", operation: undefined, from: "open", to: "half-open" });
  assert.deepEqual(
    log.lines("breaker changed").map(({ level, from, to, openMs }) => [level, from, to, openMs]),
    [
      ["warn", "closed", "open", 5_000],
      ["info", "open", "half-open", undefined],
    ],
  );
  assert.match(await metrics.registry.metrics(), /upstream_breaker_state\{upstream="orders",.*\} 1\n/);
});

test("an address that is left out, and one that comes back", () => {
  const { log, events } = setUp();
  const address = "http://10.0.0.1:9002";
  events.ejection?.({ upstream: "orders", address, change: "ejected", forMs: 30_000 });
  events.ejection?.({ upstream: "orders", address, change: "returned", forMs: 0 });
  assert.deepEqual(
    log.lines("address changed").map(({ level, from, to }) => [level, from, to]),
    [
      ["warn", "in use", "ejected"],
      ["info", "ejected", "in use"],
    ],
  );
});

test("a limit is told once in ten seconds for each upstream", () => {
  const { clock, log, events } = setUp();
  const refuse = (upstream: string) =>
    events.queueWait?.({ ...ORDERS, upstream, result: "overloaded", waitedMs: 25 });
  for (let call = 0; call < 100; call += 1) refuse("orders");
  refuse("users");
  events.retry?.({ ...ORDERS, decision: "budget-exhausted", reason: "unavailable", delayMs: 0 });
  events.retry?.({ ...ORDERS, decision: "retry", reason: "unavailable", delayMs: 10 });
  events.queueWait?.({ ...ORDERS, result: "admitted", waitedMs: 1 });
  const told = () =>
    log.lines("limit reached").map(({ upstream, limit }) => `${String(upstream)} ${String(limit)}`);
  assert.deepEqual(told(), ["orders bulkhead", "users bulkhead", "orders retry budget"]);
  clock.advance(10_000);
  refuse("orders");
  assert.equal(told().length, 4);
});
