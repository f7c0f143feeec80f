import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { MisbehavingUpstream, hangs, jsonReply } from "@triptych/testing";
import { assertAnswered, startServicesForAnyone, startWebBff } from "./testing/web-bff.ts";
import { BUSY_MS, atSteadyRate, percentile, measureLateness } from "./testing/load.ts";

/** The home page's own deadline and the bulkhead's default. */
const DEADLINE_MS = 800;
const BULKHEAD = 64;
const HOME_PAGE = "/web/home-page";

test("an upstream that accepts and never answers delays pages until the deadline, and harms nothing else", async () => {
  await using services = await startServicesForAnyone();
  await using orders = await MisbehavingUpstream.open(() => jsonReply({ orders: [], nextCursor: null }));
  await using bff = await startWebBff({
    users: services.users.origin,
    orders: orders.origin,
    recommendations: services.recommendations.origin,
    catalog: services.stubs.catalog.origin,
  });
  // A process that has just started is slow anyway.
  const page = (index: number) => bff.page(HOME_PAGE, `user-${index}`);
  await atSteadyRate({ perSecond: 100, seconds: 1.5 }, page);
  // What a healthy page takes on this machine now: a few milliseconds, unless the machine is busy.
  const healthy = await atSteadyRate({ perSecond: 100, seconds: 1.5 }, page);
  const healthyMs = percentile(
    healthy.map(({ ms }) => ms),
    1,
  );
  orders.behave(hangs);
  orders.mostInFlight = 0;
  const lateness = measureLateness();
  const pages = await atSteadyRate({ perSecond: 100, seconds: 3 }, page);
  const lateMs = lateness();
  assertAnswered(pages, lateMs > BUSY_MS);
  for (const { body } of pages.filter(({ status }) => status === 200)) {
    assert.ok(body.degraded.some(({ section }) => section === "recentOrders"));
  }
  const slowest = percentile(
    pages.map(({ ms }) => ms),
    1,
  );
  // On a busy machine two processes are late: the one that answers, and this one, which reads the
  // answer.
  assert.ok(
    slowest <= DEADLINE_MS + 25 + healthyMs + 2 * lateMs,
    `the slowest page took ${slowest} ms; healthy ones ${healthyMs}, and the machine was ${lateMs} late`,
  );
  assert.ok(orders.mostInFlight >= 20 && orders.mostInFlight <= BULKHEAD, `${orders.mostInFlight} in flight`);
  await wait(2_000);
  // Each was destroyed by its deadline, but this process may not have noticed yet.
  const heardUntil = performance.now() + lateMs;
  while (orders.sockets.size > 0 && performance.now() < heardUntil) await wait(1);
  assert.equal(orders.sockets.size, 0);
  assert.equal(orders.inFlight, 0);
});
