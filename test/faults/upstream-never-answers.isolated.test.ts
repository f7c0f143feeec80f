import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { MisbehavingUpstream, hangs, jsonReply } from "@triptych/testing";
import { startServicesForAnyone, startWebBff } from "./testing/web-bff.ts";
import type { Page } from "./testing/web-bff.ts";
import { BUSY_MS, atSteadyRate, measureLateness } from "./testing/load.ts";

/** The home page's own deadline and the bulkhead's default. */
const DEADLINE_MS = 800;
const BULKHEAD = 64;
const HOME_PAGE = "/web/home-page";
const OTHER_PAGE = "/web/products/knife";
/** Sockets that are left open would stay for ever. */
const HEARD_MS = 10_000;

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
  await atSteadyRate({ perSecond: 40, seconds: 1.5 }, page);
  orders.behave(hangs);
  orders.mostInFlight = 0;
  const lateness = measureLateness();
  // Pages that ask other services, at the same time: what a page takes on this machine now.
  const [pages, others] = await Promise.all([
    atSteadyRate({ perSecond: 40, seconds: 3 }, page),
    atSteadyRate({ perSecond: 20, seconds: 3 }, (index) => bff.page(OTHER_PAGE, `user-${index}`)),
  ]);
  const lateMs = lateness();
  const [slowest, otherMs] = [pages, others].map((all) => Math.max(...all.map(({ ms }) => ms)));
  assert.ok(slowest !== undefined && otherMs !== undefined);
  const busy = lateMs > BUSY_MS || otherMs > BUSY_MS;
  // Where the machine lets even these fail, the pages that ask orders may fail as well.
  const failing = failedShare(others);
  assert.ok(busy || failing === 0, `${failing * 100}% of the pages that ask other services failed`);
  assert.ok(failedShare(pages) <= (busy ? 0.1 + 2 * failing : 0), `${failedShare(pages) * 100}% failed`);
  for (const { body } of pages.filter(({ status }) => status === 200)) {
    assert.ok(body.degraded.some(({ section }) => section === "recentOrders"));
  }
  // Before its deadline and after it, a page waits for the machine as long as any other page.
  assert.ok(
    slowest <= DEADLINE_MS + 25 + 2 * otherMs + 2 * lateMs,
    `the slowest page took ${slowest} ms; others ${otherMs}, and the machine was ${lateMs} late`,
  );
  assert.ok(orders.mostInFlight >= 20 && orders.mostInFlight <= BULKHEAD, `${orders.mostInFlight} in flight`);
  // Each was destroyed by its deadline, but this process may not have noticed yet.
  const heardUntil = performance.now() + HEARD_MS;
  while (orders.sockets.size > 0 && performance.now() < heardUntil) await wait(1);
  assert.equal(orders.sockets.size, 0);
  assert.equal(orders.inFlight, 0);
});

function failedShare(pages: readonly Page[]): number {
  return pages.filter(({ status }) => status !== 200).length / pages.length;
}
